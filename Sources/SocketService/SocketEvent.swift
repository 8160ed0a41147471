/// A WebSocket connection, for as long as the process lives.
public struct ConnectionID: Hashable, Sendable {
    public let raw: UInt64

    public init(raw: UInt64) { self.raw = raw }
}

/// An HTTP request that waits for its response.
public struct HTTPRequestID: Hashable, Sendable {
    public let raw: UInt64

    public init(raw: UInt64) { self.raw = raw }
}

/// What happens on the sockets, in order.
public enum SocketEvent: Sendable {
    case opened(ConnectionID)
    /// One whole text message.
    case message(ConnectionID, [UInt8])
    /// So many bytes of what was queued for the connection went to the kernel.
    case sent(ConnectionID, bytes: Int)
    case closed(ConnectionID)
    case request(HTTPRequestID, HTTPRequest)
    /// The client went away before its request was answered.
    case abandoned(HTTPRequestID)
}

/// A request with its whole body.
public struct HTTPRequest: Sendable {
    public enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
    }

    public let method: Method
    /// Percent-decoded, without the query.
    public let path: String
    /// What stands after the question mark, joined by `&`.
    public let query: String
    public let ifNoneMatch: String?
    public let body: [UInt8]
}

/// The answer to a request.
public struct HTTPResponse: Sendable {
    public var status: Int
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
