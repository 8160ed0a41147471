internal import OrderedCollections
internal import SocketService
public import WireProtocol

/// Follows streams of a daemon over reconnects so that nothing is lost unsaid: what to send, and what arrives, without a
/// socket and a clock.
public struct StreamFollower: Sendable {
    /// What a daemon's message means.
    public enum Notice: Sendable, Equatable {
        /// The daemon has answered `initialize`: with this.
        case welcomed(JSONValue)
        /// The daemon can't go on where it stood in a stream: it was started anew, or no longer has what was missed.
        case restarted(stream: String, reason: String)
        /// Events, and the text of the message that brought them.
        case events(StreamBatch, text: [UInt8])
        /// The daemon says what it left out.
        case gap(stream: String, from: Int, to: Int, reason: String)
        /// A stream can't be followed.
        case refused(stream: String, RPCError)
        /// What `ask` brought.
        case answered(id: Int64, Result<JSONValue, RPCError>)
    }

    private struct Position {
        var epoch: String?
        /// Of the last event.
        var offset = -1
        /// The daemon was asked for it on this connection, and has not refused.
        var isAsked = false
    }

    private let client: String
    private let version: String
    private let token: String?
    private let columns: ColumnMode
    private var streams: [String: Position] = [:]
    private var order: [String] = []
    private var isReady = false
    /// Of the daemon that is connected now.
    private var epoch: String?
    private var nextID: Int64 = 1
    private var asked: [Int64: String] = [:]
    /// Asked for beside the streams.
    private var questions: Set<Int64> = []
    private var wake: Duration?
    private var fetch: SocketClientFetch?
    /// What is to be sent now; the caller takes it.
    public private(set) var outgoing: [[UInt8]] = []

    private static let hello: Int64 = 0

    public init(client: String, version: String, token: String?, columns: ColumnMode = .base64) {
        self.client = client
        self.version = version
        self.token = token
        self.columns = columns
    }

    public mutating func takeOutgoing() -> [[UInt8]] {
        defer { outgoing = [] }
        return outgoing
    }

    /// Whoever holds the connection is to tell when this time is over.
    mutating func wake(in delay: Duration) { wake = delay }

    /// Whoever holds the connection is to get a file of the daemon, with this client's token.
    mutating func fetch(_ path: String, maxBytes: Int) {
        fetch = SocketClientFetch(path: path, token: token, maxBytes: maxBytes)
    }

    mutating func takeFetch() -> SocketClientFetch? {
        defer { fetch = nil }
        return fetch
    }

    mutating func takeWake() -> Duration? {
        defer { wake = nil }
        return wake
    }

    // MARK: What is followed

    /// Follows a stream from now on: of a state stream comes first what is. One that the daemon refused is asked for again.
    public mutating func follow(_ stream: String) {
        if streams[stream] == nil {
            streams[stream] = Position()
            order.append(stream)
        }
        if isReady, streams[stream]?.isAsked == false { subscribe(stream) }
    }

    public mutating func unfollow(_ stream: String) {
        guard let position = streams.removeValue(forKey: stream) else { return }
        order.removeAll { $0 == stream }
        if isReady, position.isAsked { send("stream.unsubscribe", ["stream": .string(stream)]) }
    }

    /// Asks for a stream from its beginning again.
    public mutating func begin(again stream: String) {
        guard streams[stream] != nil else { return }
        streams[stream] = Position()
        guard isReady else { return }
        send("stream.unsubscribe", ["stream": .string(stream)])
        subscribe(stream)
    }

    /// Asks for something beside the streams. A connection that is lost meanwhile leaves it unanswered.
    ///
    /// - Returns: what `Notice.answered` names it; nil while no daemon has said hello.
    mutating func ask(_ method: String, _ params: JSONObject) -> Int64? {
        guard isReady else { return nil }
        let id = nextID
        questions.insert(id)
        send(method, params)
        return id
    }

    // MARK: The connection

    public mutating func opened() {
        var params: JSONObject = [
            "client": ["name": .string(client), "version": .string(version)],
            "capabilities": ["columns": .string(columns.rawValue)],
        ]
        params["token"] = token.map { .string($0) }
        outgoing.append(Self.request(id: Self.hello, "initialize", params))
    }

    public mutating func closed() {
        isReady = false
        for stream in order { streams[stream]?.isAsked = false }
        asked = [:]
        questions = []
        wake = nil
        fetch = nil
        outgoing = []
    }

    /// Takes a message.
    ///
    /// - Throws: `RPCError` when the daemon refuses the client, or speaks in a way that is not understood.
    public mutating func received(_ text: [UInt8]) throws(RPCError) -> Notice? {
        let message: JSONValue
        do {
            message = try JSONValue(parsing: text, maxBytes: max(text.count, 1))
        } catch {
            throw RPCError(.parseError, "the daemon sent what is no JSON: \(error)")
        }
        guard case .integer(let id)? = message["id"] else { return try notified(message, text) }
        if let error = message["error"] {
            let refusal = RPCError(json: error)
            if id == Self.hello { throw refusal }
            if questions.remove(id) != nil { return .answered(id: id, .failure(refusal)) }
            guard let stream = asked.removeValue(forKey: id) else { return nil }
            streams[stream]?.isAsked = false
            return .refused(stream: stream, refusal)
        }
        guard let result = message["result"] else { throw Self.odd("an answer without a result") }
        if id == Self.hello {
            isReady = true
            epoch = nil
            if case .string(let text)? = result["epoch"] { epoch = text }
            for stream in order { subscribe(stream) }
            return .welcomed(result)
        }
        if questions.remove(id) != nil { return .answered(id: id, .success(result)) }
        guard let stream = asked.removeValue(forKey: id), let before = streams[stream] else { return nil }
        guard case .string(let epoch)? = result["epoch"], let next = result["offset"]?.offset else {
            throw Self.odd("an answer to stream.subscribe without a place")
        }
        let isRecovered = result["recovered"] == .bool(true)
        streams[stream] = Position(
            epoch: epoch, offset: isRecovered && before.epoch == epoch ? before.offset : next - 1, isAsked: true)
        guard let old = before.epoch, old != epoch || !isRecovered else { return nil }
        return .restarted(
            stream: stream,
            reason: old == epoch
                ? "the daemon no longer has what came meanwhile" : "the daemon was started anew")
    }

    private mutating func notified(_ message: JSONValue, _ text: [UInt8]) throws(RPCError) -> Notice? {
        guard let params = message["params"], case .string(let method)? = message["method"] else {
            throw Self.odd("a message without a method")
        }
        switch method {
        case "stream.events":
            guard let batch = StreamBatch(params) else { throw Self.odd("events without their stream or place") }
            guard streams[batch.stream] != nil else { return nil }
            streams[batch.stream]?.offset = batch.last
            return .events(batch, text: text)
        case "stream.gap":
            guard case .string(let stream)? = params["stream"], let from = params["from"]?.offset,
                let to = params["to"]?.offset, from <= to
            else { throw Self.odd("a gap without its stream or place") }
            guard streams[stream] != nil else { return nil }
            // A state stream begins anew, and its place is told by what comes.
            if case .searches? = StreamName(stream) { streams[stream]?.offset = to - 1 }
            var words = "the connection was too slow"
            if case .string(let reason)? = params["reason"] { words = reason }
            return .gap(stream: stream, from: from, to: to, reason: words)
        // A newer daemon may say more than is known here.
        default: return nil
        }
    }

    private static func odd(_ what: String) -> RPCError { RPCError(.invalidRequest, "the daemon sent \(what)") }

    // MARK: Requests

    private mutating func subscribe(_ stream: String) {
        var params: JSONObject = ["stream": .string(stream)]
        if let position = streams[stream], let known = position.epoch {
            if let epoch, epoch != known, case .searches? = StreamName(stream) {
                // Of a daemon that was started anew: the searches that it keeps, also those from before this subscription.
                params["after"] = ["epoch": .string(epoch), "offset": -1]
            } else {
                params["after"] = ["epoch": .string(known), "offset": .integer(Int64(position.offset))]
            }
        }
        streams[stream]?.isAsked = true
        asked[nextID] = stream
        send("stream.subscribe", params)
    }

    private mutating func send(_ method: String, _ params: JSONObject) {
        outgoing.append(Self.request(id: nextID, method, params))
        nextID += 1
    }

    private static func request(id: Int64, _ method: String, _ params: JSONObject) -> [UInt8] {
        JSONValue.object([
            "jsonrpc": "2.0", "id": .integer(id), "method": .string(method), "params": .object(params),
        ]).encoded()
    }
}

/// The events of one message.
public struct StreamBatch: Sendable, Equatable {
    public let stream: String
    /// Of the first event, and of the last.
    public let offset, last: Int
    /// They are what was there before the subscription.
    public let isSnapshot: Bool
    public let events: [JSONValue]

    /// - Parameter params: of a `stream.events`; nil comes of what is none.
    public init?(_ params: JSONValue) {
        guard case .string(let stream)? = params["stream"], let offset = params["offset"]?.offset,
            case .array(let events)? = params["events"]
        else { return nil }
        self.stream = stream
        self.offset = offset
        self.events = events
        if let said = params["last"] {
            guard let last = said.offset else { return nil }
            self.last = last
        } else {
            last = offset + max(0, events.count - 1)
        }
        isSnapshot = params["snapshot"] == .bool(true)
    }
}

extension JSONValue {
    /// An offset, a count or a time from outside: 0 to 2^53, which every reader of JSON holds exactly. Nil for anything else.
    var offset: Int? {
        guard case .integer(let number) = self, (0...1 << 53).contains(number) else { return nil }
        return Int(number)
    }
}

extension RPCError {
    /// An error as a daemon sends it.
    init(json: JSONValue) {
        var code = Code.invalidRequest
        if case .integer(let number)? = json["code"] { code = Code(rawValue: number) ?? code }
        var message = "the daemon refused"
        if case .string(let words)? = json["message"] { message = words }
        // What is no time that anybody would wait is none.
        let wait = json["data"]?["retryAfterMilliseconds"]?.offset.flatMap { $0 <= 3_600_000 ? $0 : nil }
        self.init(code, message, retryAfter: wait.map { .milliseconds($0) })
    }
}
