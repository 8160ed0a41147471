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
    /// The value of `Range`, for media; nil beside an `If-Range`, which asks for the whole when in doubt.
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
