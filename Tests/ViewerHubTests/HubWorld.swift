import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

/// A hub and its model, to which the same things happen.
struct HubWorld {
    private(set) var steps = 0
    var lastStep = ""
    var hub: ViewerHub
    var model: HubModel
    var random: SplitMix
    var now = Duration.zero
    private var nextViewer: UInt64 = 1
    var nextNumber: Int64 = 0
    var questions: [Question] = []
    let limits: HubLimits

    static let streams = [
        "searches/a", "searches/b", "indexes", "layout/a", "layout/a/tiles/1/0/1", "layout/a/tiles/0/0/0",
    ]
    private static let keys = ["x", "y", "z"]

    init(seed: UInt64) {
        random = SplitMix(state: seed)
        var limits = HubLimits()
        (limits.replayEvents, limits.ends) = (20, 2)
        (limits.softQueuedBytes, limits.hardQueuedBytes, limits.messageBytes) = (1200, 6000, 500)
        (limits.unanswered, limits.subscriptions, limits.forbiddenInARow, limits.gaps) = (4, 4, 5, 4)
        (limits.initialize, limits.stall) = (.seconds(4), .seconds(3))
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
        case 72..<74: comeAndGo()
        case 74..<84: read()
        case 84..<96: try tick()
        case 96: lastStep = "access"; changeAccess()
        case 97: close()
        case 98: try settle()
        default:
            try checkTime()
            if random.below(2) == 0 { try idle() }
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
    mutating func anyone(_ condition: (HubModel.Viewer) -> Bool = { _ in true }) -> ViewerID? {
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
    mutating func expectClose(_ id: ViewerID, _ code: CloseCode) {
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

    // MARK: Streams

    private mutating func append() {
        guard let name = random.element(Self.streams.filter { model.streams[$0] != nil }) else { return }
        lastStep = "append to \(name)"
        for _ in 0...random.below(6) { append(random.element(Self.keys), to: name) }
    }

    /// What a stream is about goes, or comes back.
    private mutating func comeAndGo() {
        guard let name = random.element(["searches/b", "layout/a"]), let stream = StreamName(name) else { return }
        if random.below(2) == 0 {
            lastStep = "retire \(name)"
            hub.retire(stream)
            model.streams[name]?.isRetired = true
            model.dropUnwatched(name)
        } else {
            lastStep = "add \(name)"
            let isReplay = name.hasPrefix("searches")
            hub.addStream(stream, isReplay ? .replay : .state)
            if model.streams[name] == nil {
                model.streams[name] = HubModel.Stream(isReplay: isReplay, next: model.streamOffset)
            }
            model.streams[name]?.isRetired = false
        }
    }

    mutating func append(_ key: String?, to name: String) {
        guard let stream = StreamName(name), let kind = model.streams[name] else { return }
        nextNumber += 1
        let key = kind.isReplay ? nil : key
        let event = StreamEvent(
            "t", key: key,
            ["n": .integer(nextNumber), "p": .string(String(repeating: "p", count: random.below(120)))],
            columns: ["column": .u8([1, 2, 3])])
        let isEnd = name == "indexes" && random.below(3) == 0
        if kind.isReplay || isEnd {
            hub.append(event, to: stream, isEnd: isEnd)
        } else {
            hub.update(event, in: stream)
        }
        model.append(key, nextNumber, to: name, isEnd: isEnd)
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

    mutating func tick() throws {
        let time: Duration =
            switch random.below(20) {
            case 0: .seconds(random.below(3))
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
        guard hub.statistics.streams == model.streams.count else {
            throw HubModel.Failure("\(hub.statistics.streams) streams, not \(model.streams.keys.sorted())")
        }
    }

    /// Not what was sent to those who closed before the tick.
    private func concernsSomebody(_ output: HubOutput) -> Bool {
        if case .send(_, let ids) = output, ids.count == 1 { return !departed.contains(ids[0]) }
        return true
    }

    /// Nobody reads for long; somebody who is blocked may have paused before.
    private mutating func idle() throws {
        if let id = anyone({ $0.blockedSince != nil }), let following = model.viewers[id]?.following {
            for name in following.keys.sorted() where following[name]?.isPaused == false { try pause(id, name) }
        }
        for _ in 0..<5 { try tick(after: .seconds(2)) }
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
