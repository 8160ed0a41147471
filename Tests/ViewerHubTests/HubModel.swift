import ViewerHub
import WireProtocol

/// What the hub promises, told with plain lists: no cursors that are shared, no batches, no pace. It does not foresee when
/// messages come, but knows of each whether it may come, and at a standstill whether something is missing.
struct HubModel {
    struct Failure: Error, CustomStringConvertible {
        let description: String
        init(_ description: String) { self.description = description }
    }

    struct Event {
        let offset: Int
        let key: String?
        let number: Int64
        /// Its key holds nothing from now on.
        var isEnd = false
    }

    struct Stream {
        let isReplay: Bool
        var next = 0
        /// Those that are kept.
        var events: [Event] = []
        /// Offsets of ends that are not kept any more.
        var forgottenEnds: [Int] = []
        var isRetired = false

        var first: Int { isReplay ? events.first?.offset ?? next : 0 }
    }

    struct Following {
        /// All before it was delivered, or is lost and told to be.
        var cursor: Int
        var joinedAt: Int
        /// It has nothing from before this offset.
        var knowsFrom: Int
        var isPaused = false

        /// What can't be told any more.
        func missing(in stream: Stream) -> Range<Int>? {
            if stream.isReplay { return cursor < stream.first ? cursor..<stream.first : nil }
            return stream.forgottenEnds.last { $0 >= cursor && $0 >= knowsFrom }.map { cursor..<$0 + 1 }
        }

        mutating func skip(in stream: Stream) {
            if stream.isReplay {
                cursor = stream.first
            } else {
                self = Following(cursor: 0, joinedAt: stream.next, knowsFrom: stream.next, isPaused: isPaused)
            }
        }
    }

    /// What must come next of what is for this viewer alone.
    enum Control {
        case exactly([UInt8])
        case error(id: Int64, code: Int64)
        /// A state stream goes on: somewhere after the last event that came, as some were forgotten meanwhile.
        case resumed(id: Int64)
        /// A state stream begins anew, as an end can't be told any more. The viewer may have passed what was forgotten otherwise.
        case ends(stream: String, Range<Int>)
    }

    struct Viewer {
        let openedAt: Duration
        var isInitialized = false
        var secret: String?
        var role = Role.viewer
        var columns = ColumnMode.arrays
        var following: [String: Following] = [:]
        var controls: [Control] = []
        var queued = 0
        /// Of the last tick: the largest message with events, and what told of gaps.
        var largest = 0
        var gapBytes = 0
        var readAt: Duration
        /// Since when it has been too full for events that wait for it.
        var blockedSince: Duration?
        var gaps: [Duration] = []
        var forbidden = 0
        var unanswered = 0
        /// A close that must come, with what is sent next.
        var closing: CloseCode?
        var leavesBy: Duration?
    }

    let limits: HubLimits
    var viewers: [ViewerID: Viewer] = [:]
    var streams: [String: Stream] = [:]
    /// What each secret allows; "" is nobody's.
    var roles: [String: Role] = [:]
    /// Before this no events may go out.
    var due = Duration.zero
    var drainsSince: Duration?
    var gone: Set<ViewerID> = []

    // MARK: Streams

    mutating func append(_ key: String?, _ number: Int64, to name: String, isEnd: Bool = false) {
        guard var stream = streams[name] else { return }
        if !stream.isReplay { stream.events.removeAll { $0.key == key } }
        stream.events.append(Event(offset: stream.next, key: key, number: number, isEnd: isEnd))
        stream.next += 1
        let ends = stream.events.filter(\.isEnd)
        if ends.count > limits.ends {
            stream.forgottenEnds.append(ends[0].offset)
            stream.events.removeAll { $0.offset == ends[0].offset }
        }
        if stream.isReplay, stream.events.count > limits.replayEvents { stream.events.removeFirst() }
        streams[name] = stream
    }

    // MARK: Outputs

    mutating func take(_ outputs: [HubOutput], at now: Duration) throws {
        var deliveries = 0
        let full = Set(viewers.filter { $0.value.queued >= limits.softQueuedBytes }.map(\.key))
        for id in viewers.keys {
            viewers[id]?.largest = 0
            viewers[id]?.gapBytes = 0
        }
        for output in outputs {
            switch output {
            case .send(let text, let ids):
                let message = try JSONValue(parsing: text)
                guard !ids.isEmpty, Set(ids).count == ids.count else { throw Failure("recipients \(ids)") }
                for id in ids {
                    guard viewers[id] != nil else { throw Failure("a message to \(id), which is not there") }
                    viewers[id]?.queued += text.count
                    if message["id"] != nil {
                        try takeReply(id, text, message)
                    } else if message["method"] == "stream.gap" {
                        deliveries += try takeGap(id, text, message, at: now) ? 1 : 0
                    } else {
                        if full.contains(id) { throw Failure("events to \(id), which has \(limits.softQueuedBytes)") }
                        let largest = viewers[id]?.largest ?? 0
                        viewers[id]?.largest = max(largest, text.count)
                        try takeEvents(id, message)
                        deliveries += 1
                    }
                }
            case .close(let id, let code, _): try takeClose(id, code, at: now)
            }
        }
        for (id, viewer) in viewers {
            if let missing = viewer.controls.first { throw Failure("\(id) did not get \(missing)") }
            if let code = viewer.closing { throw Failure("\(id) was not closed with \(code)") }
            if viewer.queued - viewer.largest - viewer.gapBytes >= limits.softQueuedBytes, viewer.largest > 0 {
                throw Failure("\(id) got more than fits")
            }
        }
        let isDue = due <= now
        if deliveries > 0 {
            guard isDue || drainsSince != nil else { throw Failure("events went out at \(now), before \(due)") }
            due = now + min(limits.maxPace, limits.pacePerDelivery * deliveries)
        }
        if isDue { try checkNothingWaits(at: now) }
    }

    private mutating func takeReply(_ id: ViewerID, _ text: [UInt8], _ message: JSONValue) throws {
        guard let control = viewers[id]?.controls.first else { throw Failure("\(id) got \(message) unasked") }
        switch control {
        case .exactly(let expected):
            guard expected == text else {
                throw Failure("\(id) got \(message), not \(String(decoding: expected, as: UTF8.self))")
            }
        case .error(let number, let code):
            guard message["id"] == .integer(number), message.errorCode == .integer(code) else {
                throw Failure("\(id) got \(message), not the error \(code) for \(number)")
            }
        case .resumed(let number):
            guard message["id"] == .integer(number), message["result"]?["recovered"] == .bool(true) else {
                throw Failure("\(id) got \(message), and did not resume")
            }
        case .ends: throw Failure("\(id) got \(message), not \(control)")
        }
        viewers[id]?.controls.removeFirst()
    }

    /// - Returns: false for one that comes with a reply.
    private mutating func takeGap(_ id: ViewerID, _ text: [UInt8], _ message: JSONValue, at now: Duration) throws
        -> Bool
    {
        if let control = viewers[id]?.controls.first {
            let isRight =
                switch control {
                case .exactly(let expected): expected == text
                case .ends(let name, let missing): message.tells(missing, of: name, isReplay: false)
                default: false
                }
            guard isRight else { throw Failure("\(id) got \(message), not \(control)") }
            viewers[id]?.controls.removeFirst()
            return false
        }
        guard case .string(let name)? = message["params"]?["stream"], let stream = streams[name],
            let following = viewers[id]?.following[name], !following.isPaused,
            let missing = following.missing(in: stream), message.tells(missing, of: name, isReplay: stream.isReplay)
        else { throw Failure("\(id) got \(message)") }
        viewers[id]?.following[name]?.skip(in: stream)
        viewers[id]?.gapBytes += text.count
        var gaps = viewers[id]?.gaps.filter { now - $0 < limits.gapWindow } ?? []
        gaps.append(now)
        viewers[id]?.gaps = gaps
        if gaps.count >= limits.gaps { viewers[id]?.closing = .slowViewer }
        return true
    }

    /// Events must be those that are kept, all of them from where the viewer stands.
    private mutating func takeEvents(_ id: ViewerID, _ message: JSONValue) throws {
        guard let viewer = viewers[id], viewer.isInitialized, viewer.controls.isEmpty,
            case .string(let name)? = message["params"]?["stream"], let stream = streams[name],
            let following = viewer.following[name], !following.isPaused
        else { throw Failure("\(id) got \(message)") }
        let isSnapshot = message["params"]?["snapshot"] == .bool(true)
        let before = stream.events.filter { $0.offset >= following.cursor && $0.offset < following.joinedAt }
        let isOld = !stream.isReplay && !before.isEmpty
        let open = isOld ? before : stream.events.filter { $0.offset >= following.cursor }
        let numbers = message.numbers
        let expected = open.prefix(numbers.count)
        guard let first = expected.first, let last = expected.last, expected.map(\.number) == numbers,
            following.missing(in: stream) == nil,
            message["params"]?["offset"] == .integer(Int64(first.offset)),
            message["params"]?["last"] == .integer(Int64(last.offset)),
            isSnapshot == isOld
        else { throw Failure("\(id) stands at \(following) of \(name) and got \(message); there is \(open)") }
        guard case .array(let events)? = message["params"]?["events"],
            events.allSatisfy({ ($0["column"]?["dtype"] != nil) == (viewer.columns == .base64) })
        else { throw Failure("\(id) got columns in the wrong mode: \(message)") }
        viewers[id]?.following[name]?.cursor = last.offset + 1
    }

    private mutating func takeClose(_ id: ViewerID, _ code: CloseCode, at now: Duration) throws {
        guard let viewer = viewers[id] else { throw Failure("\(id) was closed with \(code), but is not there") }
        let isRight =
            switch code {
            case .restart:
                drainsSince.map { $0 <= now } ?? false
                    && (viewer.queued >= limits.softQueuedBytes || waiting(for: viewer).isEmpty)
            case .noInitialize: !viewer.isInitialized && now - viewer.openedAt >= limits.initialize
            case .slowViewer:
                viewer.closing == code
                    || viewer.blockedSince != nil && now - viewer.readAt >= limits.stall
                        && viewer.queued >= limits.softQueuedBytes
            default: viewer.closing == code
            }
        guard isRight, viewer.controls.isEmpty else { throw Failure("\(id) was closed with \(code): \(viewer)") }
        remove(id)
    }

    mutating func remove(_ id: ViewerID) {
        guard let viewer = viewers.removeValue(forKey: id) else { return }
        gone.insert(id)
        for name in viewer.following.keys { dropUnwatched(name) }
    }

    /// The streams of tiles, and those of what is gone, go with their last viewer; the next ones have higher offsets.
    mutating func dropUnwatched(_ name: String) {
        guard let stream = streams[name], name.contains("/tiles/") || stream.isRetired,
            !viewers.values.contains(where: { $0.following[name] != nil })
        else { return }
        streamOffset = max(streamOffset, stream.next)
        streams[name] = nil
    }

    var streamOffset = 0

    // MARK: What must not be

    /// The streams that have events for a viewer.
    private func waiting(for viewer: Viewer) -> [String] {
        viewer.following.filter { name, following in
            guard !following.isPaused, let stream = streams[name] else { return false }
            return following.missing(in: stream) != nil || stream.events.contains { $0.offset >= following.cursor }
        }.map(\.key)
    }

    /// When events may go out, all must have gone that fit.
    private func checkNothingWaits(at now: Duration) throws {
        for (id, viewer) in viewers where viewer.queued < limits.softQueuedBytes {
            let names = waiting(for: viewer)
            if !names.isEmpty { throw Failure("at \(now) \(id) waits for events of \(names): \(viewer)") }
        }
    }

    /// Follows who is blocked; whoever is for long must be closed.
    mutating func checkBlocked(at now: Duration) throws {
        for (id, viewer) in viewers {
            if viewer.queued >= limits.softQueuedBytes, !waiting(for: viewer).isEmpty {
                let since = viewer.blockedSince ?? now
                viewers[id]?.blockedSince = since
                if now - since > limits.stall + .seconds(5) { throw Failure("\(id) is stalled and not closed") }
            } else {
                viewers[id]?.blockedSince = nil
            }
            if !viewer.isInitialized, now - viewer.openedAt >= limits.initialize {
                throw Failure("\(id) did not say who it is and is not closed")
            }
            if let moment = viewer.leavesBy, moment <= now { throw Failure("\(id) is not sent away") }
        }
    }

    /// Once all was read and time has passed.
    func checkAllIsDelivered() throws {
        for (id, viewer) in viewers {
            let names = waiting(for: viewer)
            if !names.isEmpty { throw Failure("\(id) never got all of \(names): \(viewer)") }
            if viewer.queued != 0 { throw Failure("\(id) has \(viewer.queued) bytes on the way") }
        }
    }
}

extension JSONValue {
    /// It is the gap that tells of what is missing.
    fileprivate func tells(_ missing: Range<Int>, of name: String, isReplay: Bool) -> Bool {
        guard self["params"]?["stream"] == .string(name), case .integer(let from)? = self["params"]?["from"],
            self["params"]?["to"] == .integer(Int64(missing.upperBound))
        else { return false }
        return isReplay ? Int(from) == missing.lowerBound : missing.contains(Int(from))
    }
}
