/// An error of a request, as JSON-RPC 2.0 carries it.
public struct RPCError: Error, Sendable, Equatable, CustomStringConvertible {
    /// JSON-RPC's own codes, and ours from −32000 down.
    public enum Code: Int64, Sendable, CaseIterable {
        /// The text is no JSON.
        case parseError = -32700
        /// It is JSON, but no request.
        case invalidRequest = -32600
        case unknownMethod = -32601
        case invalidParams = -32602
        /// `initialize` must come first, and once.
        case notInitialized = -32000
        case noSuchIndex = -32001
        /// No such search, label, node, cell or stream.
        case notFound = -32002
        /// Too much is waiting already; ask again later.
        case busy = -32003
        /// A value is above a limit of this daemon.
        case limit = -32004
        /// The index can't be searched like this, for instance with a vector of another dimension.
        case searchFailed = -32005
        case forbidden = -32006
        /// The search was called off, or its deadline went by, before it began.
        case cancelled = -32007
        /// The token is missing or wrong.
        case unauthorized = -32008
        /// This client asks too often; `retryAfter` says when it may again.
        case tooMany = -32009
        /// A key was used for another request before.
        case conflict = -32010
    }

    public let code: Code
    /// What is wrong, and what would be right.
    public let message: String

    /// When it may go well.
    public let retryAfter: Duration?

    public init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    public var description: String { "\(message) (\(code.rawValue))" }

    /// As JSON-RPC has it; `data.retryAfterMilliseconds` is there when it may go well later.
    public var json: JSONValue {
        guard let retryAfter else { return ["code": .integer(code.rawValue), "message": .string(message)] }
        return [
            "code": .integer(code.rawValue), "message": .string(message),
            "data": ["retryAfterMilliseconds": .integer(Int64((retryAfter / .milliseconds(1)).rounded(.up)))],
        ]
    }
}
