/// What a server has done and holds, as of the end of a turn of its loop.
public struct SocketStatistics: Sendable {
    /// Why a connection, a handshake or a request was turned away.
    public enum Refused: String, Sendable, CaseIterable {
        /// Host is missing, malformed or not one of ours.
        case host
        case origin
        /// A handshake for another path.
        case path
        case subprotocol
        /// An upgrade to something else, or a malformed handshake.
        case handshake
        case method
        /// A request with a body that the server's owner answered by its head alone.
        case access
        /// A body without one good length, or too long.
        case body
        /// A path with bytes that no path has, or no HTTP at all.
        case request
        /// Too many connections.
        case connections
        /// Too many connections of one address.
        case address
        /// The server is about to stop.
        case draining
        /// No descriptor was left.
        case descriptors
        /// A head, body, response or TLS handshake took too long.
        case deadline
    }

    /// Connections of any kind.
    public var connections = 0
    public var webSockets = 0
    /// HTTP requests that wait for their response.
    public var waitingRequests = 0
    /// Since the start, like all that follows save `queuedBytes`.
    public var accepted: UInt64 = 0
    public var requests: UInt64 = 0
    public var messagesIn: UInt64 = 0
    public var messagesOut: UInt64 = 0
    public var refused: [Refused: UInt64] = [:]
    /// Payload of messages and bodies.
    public var bytesIn: UInt64 = 0
    /// With frame headers and heads, without TLS.
    public var bytesOut: UInt64 = 0
    /// Waits to be sent on all WebSocket connections.
    public var queuedBytes = 0
    public var turns: UInt64 = 0
    /// When the loop last finished a turn; it makes at least one a second.
    public var lastTurn = ContinuousClock.now
}
