internal import OrderedCollections
public import WireProtocol

/// Decides which connection gets which message. It has no socket, no clock and no file: what happened comes in by
/// calls, with the time since the start, and what is to be done comes out of `tick`.
///
/// Every subscription has a cursor in its stream's log. A tick moves the cursors of all who may get more, and those
/// who stand at the same place share one message. A viewer that reads slowly simply stays behind: of a state stream it
/// then gets the newest event of each key, of a replay stream all that is still kept, and `stream.gap` for the rest.
public struct ViewerHub: Sendable {
    /// Changes with every start of the daemon: offsets of another epoch mean nothing.
    public let epoch: String

    /// Who may do what.
    public var access = AccessRules()
    private let limits: HubLimits
    private let wireLimits: WireLimits
    private var viewers: [ViewerID: Viewer] = [:]
    private var streams: [StreamName: StreamLog] = [:]
    private var outputs: [HubOutput] = []
    /// Streams with news since the last tick.
    private var fresh: OrderedSet<StreamName> = []
    /// Viewers that may get more than at the last tick.
    private var relieved: OrderedSet<ViewerID> = []
    private var stalled: Set<ViewerID> = []
    private var waiting: Set<ViewerID> = []
    /// Where the offsets of a tile's stream begin: not below those of any that is gone.
    private var tileOffset = 0

    public init(epoch: String, limits: HubLimits = HubLimits(), wireLimits: WireLimits = WireLimits()) {
        self.epoch = epoch
        self.limits = limits
        self.wireLimits = wireLimits
    }

    /// Viewers that have introduced themselves.
    public var viewerCount: Int { viewers.count - waiting.count }

    // MARK: Connections

    public mutating func opened(_ id: ViewerID, at now: Duration) {
        viewers[id] = Viewer(waitingSince: now)
        waiting.insert(id)
    }

    public mutating func closed(_ id: ViewerID) {
        guard let viewer = viewers.removeValue(forKey: id) else { return }
        for stream in viewer.subscriptions.keys { leave(stream, id) }
        waiting.remove(id)
        stalled.remove(id)
        relieved.remove(id)
    }

    /// The kernel took so many bytes of what was sent to a viewer.
    public mutating func sent(_ id: ViewerID, bytes: Int) {
        guard viewers[id] != nil else { return }
        viewers[id]?.queuedBytes -= bytes
        if viewers[id]?.stalledSince != nil {
            viewers[id]?.stalledSince = nil
            stalled.remove(id)
            relieved.append(id)
        }
    }

    // MARK: Requests

    /// Takes a message of a viewer.
    ///
    /// - Returns: what the hub can't answer itself; the answer goes back by `answer`.
    public mutating func received(_ id: ViewerID, _ text: [UInt8], at now: Duration) -> Question? {
        guard let viewer = viewers[id] else { return nil }
        let message: RequestMessage
        do {
            message = try RequestMessage(parsing: text, limits: wireLimits)
        } catch {
            send(ServerMessage.reply(to: .null, .failure(error)), to: id)
            drop(id, .malformed, reason: error.message)
            return nil
        }
        do throws(RPCError) {
            let request = try message.request.get()
            switch request {
            case .initialize(let hello):
                guard !viewer.isInitialized else { throw RPCError(.invalidRequest, "initialize comes once") }
                viewers[id]?.waitingSince = nil
                viewers[id]?.columns = hello.columns
                waiting.remove(id)
            case _ where !viewer.isInitialized:
                throw RPCError(.notInitialized, "initialize must come first")
            case .subscribe(let text, let after):
                let stream = try streamName(text)
                try checkSubscription(id, to: stream)
                // The stream of a tile is there only when somebody wants it: who made the map has to say what is in it.
                if case .tile = stream, streams[stream] == nil { break }
                try subscribe(id, to: stream, after: after, answering: message.id)
                return nil
            case .unsubscribe(let stream):
                try unsubscribe(id, from: stream)
                reply(to: message.id, of: id, .success(Reply([:])))
                return nil
            default: break
            }
            guard viewer.unanswered < limits.unanswered else {
                throw RPCError(.busy, "\(viewer.unanswered) requests of this connection are unanswered; wait for some")
            }
            if message.id != nil { viewers[id]?.unanswered += 1 }
            return Question(
                viewer: id, role: .publisher, id: message.id, request: request, columns: viewers[id]?.columns ?? .arrays
            )
        } catch {
            reply(to: message.id, of: id, .failure(error))
            return nil
        }
    }

    /// Answers what `received` returned.
    public mutating func answer(_ question: Question, _ result: Result<Reply, RPCError>) {
        guard question.id != nil, viewers[question.viewer] != nil else { return }
        viewers[question.viewer]?.unanswered -= 1
        reply(to: question.id, of: question.viewer, result)
    }

    private mutating func reply(to id: JSONValue?, of viewer: ViewerID, _ result: Result<Reply, RPCError>) {
        guard let id else { return }
        send(ServerMessage.reply(to: id, result), to: viewer)
    }

    /// Completes the subscription to the stream of a tile that `received` returned, once the stream was added.
    public mutating func subscribe(_ question: Question) {
        guard case .subscribe(let text, let after) = question.request, viewers[question.viewer] != nil else { return }
        if question.id != nil { viewers[question.viewer]?.unanswered -= 1 }
        do throws(RPCError) {
            let stream = try streamName(text)
            defer { dropUnwatched(stream) }
            try checkSubscription(question.viewer, to: stream)
            try subscribe(question.viewer, to: stream, after: after, answering: question.id)
        } catch {
            reply(to: question.id, of: question.viewer, .failure(error))
        }
    }

    private func streamName(_ text: String) throws(RPCError) -> StreamName {
        guard let name = StreamName(text) else {
            let tiles =
                text.contains("/tiles/")
                ? "; tiles are layout/NAME/tiles/ZOOM/COLUMN/ROW, with a zoom of \(StreamName.zooms.lowerBound) to "
                    + "\(StreamName.zooms.upperBound), and columns and rows below 2^ZOOM" : ""
            throw RPCError(.notFound, "there is no stream \"\(text.prefix(200))\"\(tiles)")
        }
        return name
    }

    /// - Throws: when the viewer may not follow one more stream, or not this one.
    private func checkSubscription(_ id: ViewerID, to name: StreamName) throws(RPCError) {
        guard let viewer = viewers[id] else { return }
        guard viewer.subscriptions[name] == nil else {
            throw RPCError(.invalidRequest, "this connection follows \"\(name.text)\" already")
        }
        guard viewer.subscriptions.count < limits.subscriptions else {
            throw RPCError(.limit, "this connection follows \(limits.subscriptions) streams, which is the limit")
        }
    }

    private mutating func subscribe(
        _ id: ViewerID, to name: StreamName, after: StreamPosition?, answering request: JSONValue?
    ) throws(RPCError) {
        guard let log = streams[name] else {
            throw RPCError(.notFound, "there is no stream \"\(name.text.prefix(200))\"")
        }
        // Of a replay stream the newcomer gets what comes from now on, of a state stream first what is.
        var cursor = log.streamClass == .replay ? log.next : 0
        var isRecovered = false
        if let after, after.epoch == epoch, after.offset < log.next {
            let wanted = after.offset + 1
            if log.streamClass == .state || wanted >= log.first {
                cursor = wanted
                isRecovered = true
            }
        }
        viewers[id]?.subscriptions[name] = Viewer.Subscription(cursor: cursor, joinedAt: log.next)
        streams[name]?.subscribers.insert(id)
        relieved.append(id)
        reply(
            to: request, of: id,
            .success(
                Reply([
                    "epoch": .string(epoch), "offset": .integer(Int64(log.next)), "recovered": .bool(isRecovered),
                ])))
    }

    private mutating func unsubscribe(_ id: ViewerID, from text: String) throws(RPCError) {
        guard let name = StreamName(text), viewers[id]?.subscriptions.removeValue(forKey: name) != nil else {
            throw RPCError(.notFound, "this connection does not follow \"\(text.prefix(200))\"")
        }
        leave(name, id)
    }

    private mutating func leave(_ name: StreamName, _ id: ViewerID) {
        streams[name]?.subscribers.remove(id)
        dropUnwatched(name)
    }

    /// Forgets the stream of a tile that nobody follows: there are too many to keep.
    private mutating func dropUnwatched(_ name: StreamName) {
        guard case .tile = name, let log = streams[name], log.subscribers.isEmpty else { return }
        tileOffset = max(tileOffset, log.next)
        streams[name] = nil
    }

    // MARK: Streams

    /// Adds a stream, unless it is there. That of a tile goes by itself when the last of its viewers goes.
    public mutating func addStream(_ name: StreamName, _ streamClass: StreamClass) {
        guard streams[name] == nil else { return }
        var start = 0
        if case .tile = name { start = tileOffset }
        streams[name] = StreamLog(streamClass, start: start)
    }

    /// Appends an event to a stream that was added.
    public mutating func append(_ event: StreamEvent, to name: StreamName) {
        streams[name]?.append(event, limits)
        fresh.append(name)
    }

    /// Appends an event to a state stream, unless the newest of its key says the same.
    public mutating func update(_ event: StreamEvent, in name: StreamName) {
        if streams[name]?.newest(key: event.key) != event { append(event, to: name) }
    }

    /// A state stream holds an event of a key.
    public func holds(key: String, in name: StreamName) -> Bool { streams[name]?.newest(key: key) != nil }

    /// Has a state stream forget the event of a key. Those who have it keep it.
    public mutating func forget(key: String, in name: StreamName) { streams[name]?.remove(key: key) }

    /// The streams of an index's tiles that are there, in no order that means anything but always the same.
    public func tiles(of index: String) -> [StreamName] {
        streams.keys.filter { if case .tile(index, _, _, _) = $0 { true } else { false } }
            .sorted { $0.text < $1.text }
    }

    public func hasSubscribers(_ name: StreamName) -> Bool { streams[name]?.subscribers.isEmpty == false }

    /// Forgets what a state stream holds; its viewers keep their subscription.
    public mutating func clear(_ name: StreamName) { streams[name]?.clear() }

    // MARK: Outputs

    /// Lets time pass and hands out what is to be done.
    public mutating func tick(at now: Duration) -> [HubOutput] {
        // On a slow link the live steps of searches go before the drafts of maps.
        for kind in [StreamClass.replay, .state] { pump(kind, at: now) }
        fresh.removeAll()
        relieved.removeAll()
        for id in waiting {
            if let since = viewers[id]?.waitingSince, now - since >= limits.initialize {
                drop(id, .noInitialize, reason: "initialize did not come")
            }
        }
        for id in stalled {
            if let since = viewers[id]?.stalledSince, now - since >= limits.stall {
                drop(id, .slowViewer, reason: "nothing was read for \(limits.stall)")
            }
        }
        defer { outputs = [] }
        return outputs
    }

    /// Serves the streams of a class to all who may get more of them than at the last tick.
    private mutating func pump(_ kind: StreamClass, at now: Duration) {
        for name in fresh {
            guard let log = streams[name], log.streamClass == kind else { continue }
            pump(name, log.subscribers, at: now)
        }
        for id in relieved {
            let names = viewers[id]?.subscriptions.keys.filter { streams[$0]?.streamClass == kind } ?? []
            for name in names.sorted(by: { $0.text < $1.text }) { pump(name, [id], at: now) }
        }
    }

    /// Moves the cursors of viewers as far as they may go.
    private mutating func pump(_ name: StreamName, _ ids: Set<ViewerID>, at now: Duration) {
        struct Place: Hashable {
            let cursor, end: Int
            let isSnapshot: Bool
            let columns: ColumnMode
        }
        // Not the log itself: a second reference to it would make `batch` copy it.
        guard let next = streams[name]?.next, let first = streams[name]?.first, let kind = streams[name]?.streamClass
        else { return }
        var moving = ids
        while !moving.isEmpty {
            var groups: OrderedDictionary<Place, [ViewerID]> = [:]
            for id in moving.sorted(by: { $0.raw < $1.raw }) {
                guard let viewer = viewers[id], var subscription = viewer.subscriptions[name],
                    subscription.cursor < next
                else { continue }
                guard viewer.queuedBytes < limits.softQueuedBytes else {
                    if viewer.stalledSince == nil { viewers[id]?.stalledSince = now }
                    stalled.insert(id)
                    continue
                }
                if kind == .replay, subscription.cursor < first {
                    send(
                        ServerMessage.gap(
                            stream: name, from: subscription.cursor, to: first,
                            reason: "this viewer reads more slowly than events come"), to: id)
                    subscription.cursor = first
                    viewers[id]?.subscriptions[name] = subscription
                }
                let isSnapshot = kind == .state && subscription.cursor < subscription.joinedAt
                let place = Place(
                    cursor: subscription.cursor, end: isSnapshot ? subscription.joinedAt : next,
                    isSnapshot: isSnapshot, columns: viewer.columns)
                groups[place, default: []].append(id)
            }
            moving = []
            for (place, ids) in groups {
                let batch = streams[name]?.batch(
                    from: place.cursor, before: place.end, maxBytes: limits.messageBytes, place.columns)
                for id in ids { viewers[id]?.subscriptions[name]?.cursor = batch.map { $0.last + 1 } ?? place.end }
                moving.formUnion(ids)
                guard let batch else { continue }
                let message = ServerMessage.events(
                    stream: name, offset: batch.offset, last: batch.last, isSnapshot: place.isSnapshot, batch.texts)
                for id in ids { viewers[id]?.queuedBytes += message.count }
                outputs.append(.send(message, to: ids))
            }
        }
    }

    private mutating func send(_ message: [UInt8], to id: ViewerID) {
        viewers[id]?.queuedBytes += message.count
        outputs.append(.send(message, to: [id]))
    }

    private mutating func drop(_ id: ViewerID, _ code: CloseCode, reason: String) {
        // A close frame carries at most 123 bytes of reason (RFC 6455, 5.5).
        outputs.append(.close(id, code, reason: String(decoding: reason.utf8.prefix(120), as: UTF8.self)))
        closed(id)
    }
}
