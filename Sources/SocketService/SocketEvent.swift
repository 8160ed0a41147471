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
    case opened(ConnectionID, Peer)
    /// One whole text message.
    case message(ConnectionID, [UInt8])
    /// One whole binary message, where the configuration accepts them.
    case binary(ConnectionID, [UInt8])
    /// So many bytes of what was queued for these connections went to the kernel: all that one turn of the loop sent.
    case sent([Sent])
    case closed(ConnectionID)
    case request(HTTPRequestID, HTTPRequest)
    /// The client went away before its request was answered.
    case abandoned(HTTPRequestID)
}

/// What the kernel took of one connection.
public struct Sent: Sendable {
    public let connection: ConnectionID
    public let bytes: Int

    public init(connection: ConnectionID, bytes: Int) {
        self.connection = connection
        self.bytes = bytes
    }
}

/// Who is at the other end.
public struct Peer: Sendable, Hashable {
    /// The address in numbers without the port; `unix` for a socket of the file system.
    public let address: String

    public init(address: String) { self.address = address }
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
    /// The value of `Range`, for media.
    public let range: String?
    /// The value of `Accept-Encoding`.
    public let acceptEncoding: String?
    /// The value of `Authorization`; never logged.
    public let authorization: String?
    public let peer: Peer
    public let body: [UInt8]

    public init(
        method: Method, path: String, query: String = "", ifNoneMatch: String? = nil, range: String? = nil,
        acceptEncoding: String? = nil, authorization: String? = nil, peer: Peer = Peer(address: ""), body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.ifNoneMatch = ifNoneMatch
        self.range = range
        self.acceptEncoding = acceptEncoding
        self.authorization = authorization
        self.peer = peer
        self.body = body
    }
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
