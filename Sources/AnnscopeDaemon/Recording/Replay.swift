internal import OrderedCollections
internal import ViewerHub
internal import WireProtocol

/// A recording that is shown as if it were a daemon: what it has brought so far, and what it answers. It has no socket and
/// no clock; time is a parameter.
struct Replay {
    private(set) var hub: ViewerHub
    private let timeline: ReplayTimeline
    private let speed: Double
    private var hello: JSONValue = [:]
    private var summaries: OrderedDictionary<String, JSONValue> = [:]
    private var searches = ReplayedSearches()
    private var items = ReplayedItems()
    private var contents: RecordingContents = []
    /// When the first viewer followed searches, and the recording's time then.
    private var began: (at: Duration, time: Int)?
    /// The recording's time; it never goes back.
    private var time = 0
    private(set) var isOver = false
    /// Somebody looked, and there was something to see.
    private(set) var hasShownSearches = false
    /// What is wrong with the recording from here on.
    private(set) var fault: RecordingError?
    /// What the recording lacks, for a person; the caller takes it.
    private var notes: [String] = []
    /// The recorded daemon was started anew here: viewers must come again.
    private(set) var isRestarted = false

    private static let recorded = "this is a recording: what it does not hold can't be asked"
    /// Lines that are applied in one go, so that viewers are served in between.
    private static let maxLines = 200
    /// Items in one event.
    private static let maxTold = 250

    init(_ timeline: ReplayTimeline, epoch: String, speed: Double) throws(RecordingError) {
        self.timeline = timeline
        self.speed = speed
        hub = ViewerHub(epoch: epoch)
        hub.addStream(.indexes, .state)
        // What was there before the first search is there at once.
        while let (at, line) = try timeline.peek() {
            if case .events(let batch) = line, case .searches? = StreamName(batch.stream) { return }
            try apply(line, at: at)
            if isRestarted { return }
            timeline.take()
        }
    }

    // MARK: Time

    /// Lets the recording go on.
    ///
    /// - Returns: how long nothing more happens in it; nil when that depends on the viewers, or nothing will.
    mutating func advance(to now: Duration) -> Duration? {
        guard fault == nil, !isOver, !isRestarted else { return nil }
        do throws(RecordingError) {
            for _ in 0..<Self.maxLines {
                guard let (at, line) = try timeline.peek() else {
                    isOver = true
                    return nil
                }
                guard let began else {
                    guard hasFollowers else { return nil }
                    began = (now, at)
                    continue
                }
                let due = began.at + .milliseconds(Double(max(time, at) - began.time) / speed)
                guard due <= now else { return due - now }
                try apply(line, at: at)
                // The line is the first of what comes then.
                if isRestarted { return nil }
                timeline.take()
            }
            return .zero
        } catch {
            fault = error
            return nil
        }
    }

    /// Somebody looks: where there is no index yet to look at, whoever is there.
    private var hasFollowers: Bool {
        summaries.isEmpty ? hub.viewerCount > 0 : summaries.keys.contains { hub.hasSubscribers(.searches(index: $0)) }
    }

    mutating func takeNotes() -> [String] {
        defer { notes = [] }
        return notes
    }

    private mutating func apply(_ line: RecordingFormat.Line, at: Int) throws(RecordingError) {
        time = max(time, at)
        switch line {
        case .hello(let next, let held):
            if let before = hello["epoch"], before != next["epoch"] {
                isRestarted = true
                return
            }
            hello = next
            contents = held
            guard case .array(let indexes)? = next["indexes"] else { return }
            for summary in indexes { welcome(summary) }
        case .gap(let stream, let reason):
            // The hub's offsets are its own: nothing is missing among them, and no viewer can be told by them.
            if notes.count < Self.maxLines {
                notes.append("the recording lacks events\(stream.map { " of \($0)" } ?? ""): \(reason)")
            }
        case .items(let told): add(told)
        case .events(let batch):
            guard let stream = StreamName(batch.stream) else { return }
            for json in batch.events {
                let event: StreamEvent
                do throws(RecordingError) { event = try StreamEvent(recorded: json) } catch {
                    throw timeline.fault(error.message)
                }
                apply(event, to: stream, batch.isSnapshot)
            }
        }
    }

    private mutating func apply(
        _ event: StreamEvent, to stream: StreamName, _ isSnapshot: Bool
    ) {
        switch stream {
        case .indexes:
            var event = event
            if let summary = event.members["index"] {
                var members = event.members
                let shown = shown(summary)
                members["index"] = shown
                event = StreamEvent(event.type, key: event.key, members, columns: event.columns)
                add(shown)
            }
            guard event.type == "index.removed", case .string(let name)? = event.members["name"] else {
                hub.update(event, in: stream)
                return
            }
            summaries[name] = nil
            items.remove(index: name)
            hub.append(event, to: stream, isEnd: true)
            hub.retire(.layout(index: name))
            hub.retire(.searches(index: name))
        case .layout:
            hub.addStream(stream, .state)
            // What came before belongs to an earlier map.
            if event.type == "layout.started", !isSnapshot { hub.clear(stream) }
            hub.update(event, in: stream)
        case .searches:
            hub.addStream(stream, .replay)
            hasShownSearches = true
            searches.apply(event)
            hub.append(event, to: stream)
        case .tile: break
        }
    }

    /// Takes a summary of a hello: viewers who are there by now get it as news.
    private mutating func welcome(_ recorded: JSONValue) {
        let summary = shown(recorded)
        guard case .string(let name)? = summary["name"], summaries[name] != summary else { return }
        let type = summaries[name] == nil ? "index.loaded" : "index.changed"
        add(summary)
        hub.update(StreamEvent(type, key: name, ["index": summary]), in: .indexes)
    }

    /// A summary without what is not recorded, so that nobody asks for it.
    private func shown(_ summary: JSONValue) -> JSONValue {
        guard case .object(var members) = summary else { return summary }
        if members["hasMedia"] != nil, !contents.contains(.pictures) { members["hasMedia"] = false }
        if members["hasCaptions"] != nil, !contents.contains(.items) { members["hasCaptions"] = false }
        if members["queries"] != nil { members["queries"] = 0 }
        return .object(members)
    }

    /// Keeps items, and tells those who watch: they may have asked in vain before.
    private mutating func add(_ told: RecordedItems) {
        guard summaries[told.index] != nil else { return }
        let shown = items.add(told)
        for start in stride(from: 0, to: shown.count, by: Self.maxTold) {
            let members: JSONObject = [
                "index": .string(told.index), "revision": .integer(Int64(told.revision)),
                "items": .array(shown[start...].prefix(Self.maxTold).map { .object($0) }),
            ]
            hub.append(StreamEvent("index.items", members), to: .searches(index: told.index))
        }
    }

    private mutating func add(_ summary: JSONValue) {
        guard case .string(let name)? = summary["name"] else { return }
        summaries[name] = summary
        hub.addStream(.layout(index: name), .state)
        hub.addStream(.searches(index: name), .replay)
    }

    // MARK: Viewers

    mutating func opened(_ viewer: ViewerID, peer: String, at now: Duration) {
        hub.opened(viewer, peer: peer, at: now)
    }
    mutating func closed(_ viewer: ViewerID) { hub.closed(viewer) }
    mutating func sent(_ viewer: ViewerID, bytes: Int) { hub.sent(viewer, bytes: bytes) }
    mutating func tick(at now: Duration) -> [HubOutput] { hub.tick(at: now) }

    mutating func received(_ viewer: ViewerID, _ text: [UInt8], at now: Duration) {
        guard let question = hub.received(viewer, text, at: now) else { return }
        do throws(RPCError) { hub.answer(question, .success(try reply(to: question))) } catch {
            hub.answer(question, .failure(error))
        }
    }

    private func reply(to question: Question) throws(RPCError) -> Reply {
        switch question.request {
        case .initialize: return welcome
        case .indexList: return indexList
        // All that a recording knows of an index.
        case .indexDescribe(let name): return Reply(try summary(of: name))
        case .indexItems(let name, let labels, let nodes):
            return items.reply(name, try summary(of: name), labels: labels, nodes: nodes)
        case .indexFind(let name, let text, let limit):
            return items.reply(name, try summary(of: name), finding: text, limit: limit)
        case .indexQueries(let name):
            _ = try summary(of: name)
            return Reply(["queries": []])
        case .searchTrace(let id): return try searches.trace(of: id, question.columns)
        case .searchRun, .searchRunMany, .searchCancel: throw Self.refusal
        default: throw RPCError(.notFound, Self.recorded)
        }
    }

    private func summary(of name: String) throws(RPCError) -> JSONObject {
        guard case .object(let summary)? = summaries[name] else {
            throw RPCError(.noSuchIndex, "the recording has no index \"\(name.prefix(100))\"")
        }
        return summary
    }

    static var refusal: RPCError { RPCError(.forbidden, "this is a recording: nothing can be searched in it") }

    private var welcome: Reply {
        var keys: JSONObject = [:]
        if case .object(let recorded) = hello { keys = recorded }
        keys["role"] = .string(Role.viewer.rawValue)
        keys["epoch"] = .string(hub.epoch)
        keys["indexes"] = .array(Array(summaries.values))
        keys["recording"] = ["at": .integer(Int64(time)), "speed": .number(speed)]
        return Reply(keys)
    }

    /// - Parameter path: as it is asked for, percent-decoded.
    func picture(_ path: String) -> RecordedPicture? { items.picture(path) }

    var indexList: Reply { Reply(["indexes": .array(Array(summaries.values))]) }
}
