/// What a server listens on, whom it lets in, and its limits.
public struct SocketServerConfiguration: Sendable {
    /// A certificate with its chain and its private key, both PEM, the key without passphrase.
    public struct TLSFiles: Sendable, Hashable {
        public var certificate: String
        public var key: String

        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// What can change while the server runs.
    public struct Reloadable: Sendable {
        /// Names that a request's Host may have; listeners that only this machine reaches also take loopback names.
        public var allowedHosts: Set<String> = []
        /// Pages that may connect beside those of the same host, such as `https://example.org`.
        public var allowedOrigins: Set<String> = []
        /// TLS 1.2 or later on every TCP listener; nil speaks plain HTTP. Sockets of the file system are always plain.
        public var tls: TLSFiles?
        /// WebSocket connections at once; more get 503.
        public var maxConnections = 1024
        /// Connections at once of one address; more are closed or get 503.
        public var maxConnectionsPerAddress = 128
        /// Counts loopback addresses like others; sockets of the file system have no address and are never counted.
        public var countsLoopbackAddresses = false
        /// What answers a request with a body before any of it is taken, or nil to take it. It gets the request without its
        /// body, on the thread of the sockets, which waits meanwhile; the connection is closed after its answer.
        public var answerBeforeBody: @Sendable (HTTPRequest) -> HTTPResponse? = { _ in nil }

        public init() {}

        /// - Throws: what a server would refuse to start with.
        public func check() throws(SocketError) {
            _ = try RequestGuard(self)
            if let tls { _ = try TLSIdentity(tls) }
        }
    }

    public var listeners: [Listener] = [.tcp(host: "127.0.0.1", port: 7700)]
    public var reloadable = Reloadable()
    public var webSocketPath = "/ws"
    /// What a client must offer; nil asks for none.
    public var subprotocol: String? = "annscope.v1"
    /// Binary messages come in as `SocketEvent.binary`, else they close their connection with 1003.
    public var acceptsBinary = false
    /// A longer message closes the connection with 1009.
    public var maxMessageBytes = 1 << 20
    /// A longer body is answered with 413.
    public var maxBodyBytes = 4 << 20
    /// A connection for which more than this waits when yet another message comes is closed with 4508.
    public var maxQueuedBytes = 16 << 20
    /// Messages and bodies that are arriving take no more than this, on all connections together.
    public var maxArrivingBytes = 256 << 20
    /// Responses that are being sent take no more than this; others get 503.
    public var maxRespondingBytes = 256 << 20
    /// Connections beside the WebSocket ones, which fetch the page, ask for health or push; more are closed at once.
    public var maxRequestConnections = 256
    /// Seconds without a sign of life after which a connection is pinged; after twice as many it is closed.
    public var pingSeconds: UInt16 = 20
    public var deadlines = Deadlines()
    /// Gets libwebsockets' complaints: at most ten short lines a second.
    public var reportProblem: @Sendable (String) -> Void = { _ in }

    public init() {}

    /// How long a client may take.
    public struct Deadlines: Sendable {
        /// For a TLS handshake and a request's whole head.
        public var head: Duration = .seconds(10)
        /// Between two pieces of a body, or of a response that the client takes.
        public var stall: Duration = .seconds(10)
        /// Slower bodies and responses are cut off, whatever their pieces do; `stall` is added.
        public var minBytesPerSecond = 16 << 10
        /// Between a response and the next request on the same connection.
        public var idle: Duration = .seconds(30)
        /// From `stop` to the last close.
        public var farewell: Duration = .seconds(2)

        public init() {}
    }
}
