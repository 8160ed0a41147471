/// What a server listens on, whom it lets in, and its limits.
public struct SocketServerConfiguration: Sendable {
    public struct Listener: Sendable, Equatable {
        /// An IPv4 address in numbers.
        public var host: String
        /// 0 asks for a free port.
        public var port: UInt16

        public init(host: String, port: UInt16) {
            self.host = host
            self.port = port
        }
    }

    public var listeners: [Listener] = [Listener(host: "127.0.0.1", port: 7700)]
    public var webSocketPath = "/ws"
    /// What a client must offer; nil asks for none.
    public var subprotocol: String? = "annscope.v1"
    /// Binary messages come in as `SocketEvent.binary`, else they close their connection with 1003.
    public var acceptsBinary = false
    /// Names that a request's Host may have beside `localhost` and loopback addresses, without port.
    public var allowedHosts: Set<String> = []
    /// A longer message closes the connection with 1009.
    public var maxMessageBytes = 1 << 20
    /// A longer body is answered with 413.
    public var maxBodyBytes = 4 << 20
    /// A connection with more than this waiting to be sent is closed with 4508.
    public var maxQueuedBytes = 16 << 20
    /// WebSocket connections and requests at once; more are not accepted.
    public var maxConnections = 1024
    /// Seconds without a sign of life after which a connection is pinged.
    public var pingSeconds: UInt16 = 20

    public init() {}
}

/// Why a server could not start.
public struct SocketError: Error, Sendable, Equatable, CustomStringConvertible {
    public let message: String
    public var description: String { message }
}
