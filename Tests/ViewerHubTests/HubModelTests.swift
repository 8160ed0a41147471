import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("The hub against a model")
struct HubModelTests {
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func `whatever happens, viewers get what the model says`(seed: UInt64) {
        var world = HubWorld(seed: seed)
        do {
            for _ in 0..<2500 { try world.step() }
            try world.end()
        } catch {
            Issue.record("seed \(seed), step \(world.steps) (\(world.lastStep)): \(error)")
        }
    }
}

/// A hub and its model, to which the same things happen.
struct HubWorld {
    private(set) var steps = 0
    private(set) var lastStep = ""
    private var hub: ViewerHub
    private var model: HubModel
    private var random: SplitMix
    private var now = Duration.zero
    private var nextViewer: UInt64 = 1
    private var nextNumber: Int64 = 0
    private var questions: [Question] = []
    private let limits: HubLimits

    private static let streams = [
        "searches/a", "searches/b", "indexes", "layout/a", "layout/a/tiles/1/0/1", "layout/a/tiles/0/0/0",
    ]
    private static let keys = ["x", "y", "z"]

    init(seed: UInt64) {
        random = SplitMix(state: seed)
        var limits = HubLimits()
        limits.replayEvents = 20
        (limits.softQueuedBytes, limits.hardQueuedBytes, limits.messageBytes) = (1200, 6000, 500)
        (limits.unanswered, limits.subscriptions, limits.forbiddenInARow, limits.gaps) = (4, 4, 5, 4)
        (limits.pacePerDelivery, limits.maxPace) = (.milliseconds(1), .milliseconds(4))
        (limits.requestsPerSecond, limits.requestBurst) = (1_000_000, 1_000_000)
        self.limits = limits
        hub = ViewerHub(epoch: "e1", limits: limits)
        model = HubModel(limits: limits)
        for name in Self.streams.prefix(4) {
            let isReplay = name.hasPrefix("searches")
            if let stream = StreamName(name) { hub.addStream(stream, isReplay ? .replay : .state) }
            model.streams[name] = HubModel.Stream(isReplay: isReplay)
        }
        setAccess(["red": .publisher, "blue": .viewer], anonymous: .publisher)
    }

    mutating func step() throws {
        steps += 1
        switch random.below(100) {
        case 0..<4: open()
        case 4..<10: try hello()
        case 10..<22: try subscribe()
        case 22..<25:
            try request("unsubscribe") { $0.following.removeValue(forKey: $1) != nil ? .empty : .code(-32002) }
        case 25..<30: try pause()
        case 30..<37: try resume()
        case 37..<41: try ask()
        case 41..<45: try answer()
        case 45..<48: try cancel()
        case 48..<70: append()
        case 70..<72: forget()
        case 72..<84: read()
        case 84..<96: try tick()
        case 96: lastStep = "access"; changeAccess()
        case 97: close()
        case 98: try settle()
        default: try checkTime()
        }
    }

    // MARK: Viewers

    private mutating func open() {
        lastStep = "open"
        guard model.viewers.count < 8 else { return }
        let id = ViewerID(nextViewer)
        nextViewer += 1
        hub.opened(id, peer: "\(id.raw)", at: now)
        var viewer = HubModel.Viewer(openedAt: now, readAt: now)
        if model.drainsSince != nil { viewer.closing = .restart }
        model.viewers[id] = viewer
    }

    /// A viewer of the model, in no order that hashing could change.
    private mutating func anyone(_ condition: (HubModel.Viewer) -> Bool = { _ in true }) -> ViewerID? {
        let ids = model.viewers.filter { $0.value.closing == nil && condition($0.value) }.keys
        return random.element(ids.sorted { $0.raw < $1.raw })
    }

    private mutating func hello() throws {
        guard let id = anyone({ !$0.isInitialized }) else { return }
        let secret = random.element(["red", "blue", "green", nil]) ?? nil
        let isNew = random.below(10) > 0
        let columns = random.element(["base64", "arrays"]) ?? ""
        let token = secret.map { #","token":"\#($0)""# } ?? ""
        let number = try send(
            id, "initialize",
            #"{"capabilities":{"columns":"\#(columns)"},"versions":["annscope.v\#(isNew ? 1 : 0)"]\#(token)}"#)
        guard let number else { return }
        guard isNew else {
            model.viewers[id]?.controls.append(.error(id: number, code: -32602))
            model.viewers[id]?.closing = .wrongVersion
            return
        }
        guard let role = model.roles[secret ?? ""] else {
            model.viewers[id]?.controls.append(.error(id: number, code: -32008))
            model.viewers[id]?.closing = .unauthorized
            return
        }
        model.viewers[id]?.isInitialized = true
        model.viewers[id]?.secret = secret ?? ""
        model.viewers[id]?.role = role
        model.viewers[id]?.columns = columns == "base64" ? .base64 : .arrays
        model.viewers[id]?.unanswered += 1
    }

    private mutating func setAccess(_ tokens: [String: Role], anonymous: Role?) {
        model.roles = tokens
        model.roles[""] = anonymous
        hub.access = AccessRules(
            tokens: tokens.sorted { $0.key < $1.key }.map { AccessToken(name: $0.key, role: $0.value, secret: $0.key) },
            anonymous: anonymous)
        for (id, viewer) in model.viewers {
            guard let secret = viewer.secret, viewer.closing == nil else { continue }
            if let role = model.roles[secret] {
                model.viewers[id]?.role = role
            } else {
                expectClose(id, .unauthorized)
            }
        }
    }

    /// The hub has closed a viewer, who follows nothing any more; the next tick tells.
    private mutating func expectClose(_ id: ViewerID, _ code: CloseCode) {
        model.viewers[id]?.closing = code
        let names = model.viewers[id]?.following.keys.sorted() ?? []
        model.viewers[id]?.following = [:]
        for name in names { model.dropUnwatched(name) }
    }

    private mutating func changeAccess() {
        let all: [String: Role] = ["red": .publisher, "blue": .viewer, "green": .publisher]
        var tokens = all
        if random.below(2) == 0 { tokens["green"] = nil }
        if random.below(4) == 0 { tokens["blue"] = random.below(2) == 0 ? nil : .publisher }
        setAccess(tokens, anonymous: random.element([.publisher, .viewer, .viewer, nil]) ?? nil)
    }

    private mutating func close() {
        lastStep = "close"
        guard let id = anyone() else { return }
        hub.closed(id)
        // What the hub said to it before is not looked at.
        departed.insert(id)
        model.remove(id)
    }

    private var departed: Set<ViewerID> = []

    // MARK: Requests

    /// Sends a request, if the viewer can still be answered.
    ///
    /// - Returns: the request's id; nil when the viewer must be closed instead of answered.
    private mutating func send(_ id: ViewerID, _ method: String, _ params: String) throws -> Int64? {
        // So that the model knows how much is on the way.
        if (model.viewers[id]?.queued ?? 0) > limits.hardQueuedBytes / 2 { try tick() }
        guard let viewer = model.viewers[id] else { return nil }
        nextNumber += 1
        lastStep = "\(id.raw) \(method) \(params)"
        let text = #"{"jsonrpc":"2.0","id":\#(nextNumber),"method":"\#(method)","params":\#(params)}"#
        if let question = hub.received(id, Array(text.utf8), at: now) {
            questions.append(question)
        } else if viewer.queued > limits.hardQueuedBytes {
            expectClose(id, .slowViewer)
            return nil
        }
        return nextNumber
    }

    private enum Outcome {
        case empty
        case success(JSONObject)
        case code(Int64)
    }

    private mutating func expect(_ id: ViewerID, _ number: Int64, _ outcome: Outcome) {
        let control: HubModel.Control =
            switch outcome {
            case .empty: .exactly(ServerMessage.reply(to: .integer(number), .success(Reply([:]))))
            case .success(let object): .exactly(ServerMessage.reply(to: .integer(number), .success(Reply(object))))
            case .code(let code): .error(id: number, code: code)
            }
        model.viewers[id]?.controls.append(control)
    }

    private mutating func expectGap(_ id: ViewerID, _ name: String, _ missing: Range<Int>, _ reason: String) {
        guard let stream = StreamName(name) else { return }
        model.viewers[id]?.controls.append(
            .exactly(
                ServerMessage.gap(stream: stream, from: missing.lowerBound, to: missing.upperBound, reason: reason)))
    }

    /// A request about a stream by somebody who may be anyone.
    private mutating func request(
        _ method: String, _ change: (inout HubModel.Viewer, String) -> Outcome
    ) throws {
        guard let id = anyone(), let name = random.element(Self.streams) else { return }
        guard let number = try send(id, "stream.\(method)", #"{"stream":"\#(name)"}"#),
            var viewer = model.viewers[id]
        else { return }
        guard viewer.isInitialized else { return expect(id, number, .code(-32000)) }
        let outcome = change(&viewer, name)
        viewer.forbidden = 0
        model.viewers[id] = viewer
        model.dropUnwatched(name)
        expect(id, number, outcome)
    }

    private mutating func pause() throws {
        try request("pause") { viewer, name in
            guard let following = viewer.following[name] else { return .code(-32002) }
            guard !following.isPaused else { return .code(-32600) }
            viewer.following[name]?.isPaused = true
            return .empty
        }
    }

    private mutating func resume() throws {
        var gap: (ViewerID, String, Range<Int>)?
        guard let id = anyone(), let name = random.element(Self.streams) else { return }
        let isPausedOne = anyone { $0.following[name]?.isPaused == true }
        let chosen = isPausedOne ?? id
        guard let number = try send(chosen, "stream.resume", #"{"stream":"\#(name)"}"#),
            let viewer = model.viewers[chosen]
        else { return }
        guard viewer.isInitialized else { return expect(chosen, number, .code(-32000)) }
        model.viewers[chosen]?.forbidden = 0
        guard let following = viewer.following[name], let stream = model.streams[name] else {
            return expect(chosen, number, .code(-32002))
        }
        guard following.isPaused else { return expect(chosen, number, .code(-32600)) }
        var cursor = following.cursor
        if cursor < stream.first {
            gap = (chosen, name, cursor..<stream.first)
            cursor = stream.first
        }
        model.viewers[chosen]?.following[name]?.isPaused = false
        model.viewers[chosen]?.following[name]?.cursor = cursor
        if stream.isReplay {
            expect(
                chosen, number, .success(["offset": .integer(Int64(cursor)), "recovered": .bool(gap == nil)]))
        } else {
            model.viewers[chosen]?.controls.append(.resumed(id: number))
        }
        if let (id, name, missing) = gap {
            expectGap(id, name, missing, "these events went by while the stream was paused")
        }
    }

    private mutating func subscribe() throws {
        guard let id = anyone(), let name = random.element(Self.streams) else { return }
        let next = model.streams[name]?.next ?? model.tileOffset
        var after: Int?
        var more = ""
        switch random.below(4) {
        case 0:
            let offset = random.below(next + 3) - 1
            after = offset
            more = #","after":{"epoch":"e1","offset":\#(offset)}"#
        case 1: more = #","after":{"epoch":"e0","offset":\#(random.below(50))}"#
        default: break
        }
        let asked = questions.count
        guard let number = try send(id, "stream.subscribe", #"{"stream":"\#(name)"\#(more)}"#),
            let viewer = model.viewers[id]
        else { return }
        guard viewer.isInitialized else { return expect(id, number, .code(-32000)) }
        model.viewers[id]?.forbidden = 0
        if let error = refusal(viewer, name) { return expect(id, number, error) }
        if model.streams[name] == nil {
            guard viewer.unanswered < limits.unanswered else { return expect(id, number, .code(-32003)) }
            guard questions.count == asked + 1 else { throw HubModel.Failure("nobody was asked for \(name)") }
            model.viewers[id]?.unanswered += 1
        } else {
            follow(id, number, name, after)
        }
    }

    private func refusal(_ viewer: HubModel.Viewer, _ name: String) -> Outcome? {
        if viewer.following[name] != nil { return .code(-32600) }
        return viewer.following.count >= limits.subscriptions ? .code(-32004) : nil
    }

    private mutating func follow(_ id: ViewerID, _ number: Int64, _ name: String, _ after: Int?) {
        guard let stream = model.streams[name] else { return }
        var cursor = stream.isReplay ? stream.next : 0
        var missing: Range<Int>?
        if let after {
            guard after < stream.next else { return expect(id, number, .code(-32602)) }
            cursor = after + 1
            if stream.isReplay, cursor < stream.first {
                missing = cursor..<stream.first
                cursor = stream.first
            }
        }
        model.viewers[id]?.following[name] = HubModel.Following(cursor: cursor, joinedAt: stream.next)
        expect(
            id, number,
            .success([
                "epoch": "e1", "offset": .integer(Int64(cursor)), "recovered": .bool(after != nil && missing == nil),
            ]))
        if let missing { expectGap(id, name, missing, "these events are not kept any more") }
    }

    private mutating func ask() throws {
        guard let id = anyone(), let number = try send(id, "index.list", "{}"), let viewer = model.viewers[id]
        else { return }
        guard viewer.isInitialized else { return expect(id, number, .code(-32000)) }
        model.viewers[id]?.forbidden = 0
        guard viewer.unanswered < limits.unanswered else { return expect(id, number, .code(-32003)) }
        model.viewers[id]?.unanswered += 1
    }

    /// Who answers questions answers one.
    private mutating func answer() throws {
        guard let question = random.element(questions) else { return }
        if (model.viewers[question.viewer]?.queued ?? 0) > limits.hardQueuedBytes / 2 { try tick() }
        lastStep = "answer \(question.viewer.raw) \(question.request)"
        questions.removeAll { $0.id == question.id }
        guard case .integer(let number)? = question.id else { return }
        let id = question.viewer
        let isThere = model.viewers[id].map { $0.closing == nil } ?? false
        let isFull = (model.viewers[id]?.queued ?? 0) > limits.hardQueuedBytes
        model.viewers[id]?.unanswered -= 1
        if case .subscribe(let name, let after) = question.request, let stream = StreamName(name) {
            hub.addStream(stream, .state)
            if model.streams[name] == nil {
                model.streams[name] = HubModel.Stream(isReplay: false, next: model.tileOffset)
            }
            append("tile", to: name)
            hub.subscribe(question)
            if isThere, let viewer = model.viewers[id] {
                if isFull {
                    expectClose(id, .slowViewer)
                } else if let error = refusal(viewer, name) {
                    expect(id, number, error)
                } else {
                    follow(id, number, name, after?.epoch == "e1" ? after?.offset : nil)
                }
            }
            model.dropUnwatched(name)
        } else {
            let reply: JSONObject = ["text": .string(String(repeating: "t", count: random.below(400)))]
            hub.answer(question, .success(Reply(reply)))
            guard isThere else { return }
            if isFull { expectClose(id, .slowViewer) } else { expect(id, number, .success(reply)) }
        }
    }

    private mutating func cancel() throws {
        guard let id = anyone({ $0.isInitialized && $0.role == .viewer }) else { return }
        for _ in 0...random.below(5) {
            guard model.viewers[id]?.closing == nil, let number = try send(id, "search.cancel", #"{"search":"s"}"#),
                let viewer = model.viewers[id]
            else { return }
            expect(id, number, .code(-32006))
            model.viewers[id]?.forbidden += 1
            if viewer.forbidden + 1 >= limits.forbiddenInARow { expectClose(id, .forbidden) }
        }
    }

    // MARK: Streams

    private mutating func append() {
        guard let name = random.element(Self.streams.filter { model.streams[$0] != nil }) else { return }
        lastStep = "append to \(name)"
        for _ in 0...random.below(6) { append(random.element(Self.keys), to: name) }
    }

    private mutating func append(_ key: String?, to name: String) {
        guard let stream = StreamName(name), let kind = model.streams[name] else { return }
        nextNumber += 1
        let key = kind.isReplay ? nil : key
        let event = StreamEvent(
            "t", key: key,
            ["n": .integer(nextNumber), "p": .string(String(repeating: "p", count: random.below(120)))],
            columns: ["column": .u8([1, 2, 3])])
        if kind.isReplay { hub.append(event, to: stream) } else { hub.update(event, in: stream) }
        model.append(key, nextNumber, to: name)
    }

    private mutating func forget() {
        guard let name = random.element(["indexes", "layout/a"]), let stream = StreamName(name) else { return }
        lastStep = "forget in \(name)"
        if random.below(4) == 0 {
            hub.clear(stream)
            model.streams[name]?.events = []
        } else if let key = random.element(Self.keys) {
            hub.forget(key: key, in: stream)
            model.streams[name]?.events.removeAll { $0.key == key }
        }
    }

    // MARK: Time and reading

    private mutating func read() {
        guard let id = anyone({ $0.queued > 0 }), let queued = model.viewers[id]?.queued else { return }
        read(id, random.below(3) == 0 ? queued : 1 + random.below(queued))
    }

    private mutating func read(_ id: ViewerID, _ bytes: Int) {
        lastStep = "\(id.raw) reads \(bytes)"
        hub.sent(id, bytes: bytes)
        model.viewers[id]?.queued -= bytes
        model.viewers[id]?.readAt = now
        model.viewers[id]?.blockedSince = nil
    }

    private mutating func tick() throws {
        let time: Duration =
            switch random.below(20) {
            case 0: .seconds(random.below(6))
            case 1..<6: .milliseconds(random.below(20))
            default: .microseconds(random.below(3000))
            }
        try tick(after: time)
    }

    private mutating func tick(after time: Duration) throws {
        now += time
        lastStep = "tick"
        let outputs = hub.tick(at: now)
        try model.take(outputs.filter(concernsSomebody), at: now)
        try model.checkBlocked(at: now)
        let queued = model.viewers.values.reduce(0) { $0 + $1.queued }
        let counted = hub.statistics.queuedBytes
        guard counted == queued else { throw HubModel.Failure("\(counted) bytes on the way, not \(queued)") }
        guard hub.viewerCount == model.viewers.values.count(where: \.isInitialized) else {
            throw HubModel.Failure("\(hub.viewerCount) viewers")
        }
        let following = model.viewers.values.reduce(0) { $0 + $1.following.count }
        guard hub.statistics.subscriptions == following else {
            throw HubModel.Failure("\(hub.statistics.subscriptions) subscriptions, not \(following)")
        }
    }

    /// Not what was sent to those who closed before the tick.
    private func concernsSomebody(_ output: HubOutput) -> Bool {
        if case .send(_, let ids) = output, ids.count == 1 { return !departed.contains(ids[0]) }
        return true
    }

    /// All read, time passes, and then nothing may be missing.
    private mutating func settle() throws {
        for _ in 0..<60 {
            try tick(after: .milliseconds(5))
            for id in model.viewers.keys { if let bytes = model.viewers[id]?.queued, bytes > 0 { read(id, bytes) } }
        }
        try model.checkAllIsDelivered()
    }

    /// Whatever waits for time to pass, the hub must say until when.
    private func checkTime() throws {
        let deadlines = model.viewers.values.filter { !$0.isInitialized }.map { $0.openedAt + limits.initialize }
        guard let first = deadlines.min() else { return }
        guard let next = hub.nextTick, next <= first else {
            throw HubModel.Failure("the next tick is \(String(describing: hub.nextTick)), too late for \(first)")
        }
    }

    /// Sends everybody away while things go on.
    mutating func end() throws {
        try tick(after: .milliseconds(5))
        hub.drain(at: now, over: .seconds(5))
        model.drainsSince = now
        for id in model.viewers.keys { model.viewers[id]?.leavesBy = now + .seconds(5) }
        let last = now + .seconds(5)
        while now < last { try step() }
        try tick(after: .zero)
        guard hub.isDrained, model.viewers.isEmpty, hub.statistics.queuedBytes == 0 else {
            throw HubModel.Failure("somebody is left")
        }
    }
}

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((bits ^ (bits >> 31)) % UInt64(bound))
    }

    mutating func element<Element>(_ all: [Element]) -> Element? { all.isEmpty ? nil : all[below(all.count)] }
}
