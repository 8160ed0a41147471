internal import Foundation

/// Which server a client connects to, and its limits.
public struct SocketClientConfiguration: Sendable, Equatable {
    public var host: String
    public var port: UInt16
    /// A socket of the file system, in place of host and port.
    public var unixPath: String?
    /// Of the WebSocket.
    public var path: String
    /// `wss`: the server's certificate must be one that the system trusts, or `authorities`.
    public var usesTLS: Bool
    /// A file of certificates (PEM) that are trusted instead of the system's.
    public var authorities: String?
    public var subprotocol = "annscope.v1"
    /// A longer message ends the connection with 1009.
    public var maxMessageBytes = 64 << 20
    /// While more bytes of messages than this wait for their reader, nothing is read from the socket: the server notices.
    public var maxUnreadBytes = 16 << 20
    /// A message that would have more than this wait to be sent ends the connection.
    public var maxUnsentBytes = 16 << 20
    /// Seconds until the connection must be there.
    public var connectSeconds = 10
    /// Seconds without a sign of life after which the server is pinged; after twice as many the connection ends.
    public var pingSeconds: UInt16 = 20

    public init(host: String, port: UInt16, path: String = "/ws", usesTLS: Bool = false) {
        self.host = host
        self.port = port
        self.path = path
        self.usesTLS = usesTLS
    }

    /// The WebSocket beside a page: `http://127.0.0.1:7700/` and `ws://127.0.0.1:7700/` are `/ws` there, `https` and `wss`
    /// likewise, also below a path; or that on a socket of the file system, `unix:/path`.
    ///
    /// - Returns: nil for what is no such address.
    public init?(page address: String) {
        if address.hasPrefix("unix:") {
            guard case .unix(let path)? = try? SocketServerConfiguration.Listener(parsing: address) else { return nil }
            self.init(host: "localhost", port: 80)
            unixPath = path
            return
        }
        guard let parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty, parts.user == nil, parts.password == nil, parts.query == nil
        else { return nil }
        let usesTLS: Bool
        switch scheme {
        case "http", "ws": usesTLS = false
        case "https", "wss": usesTLS = true
        default: return nil
        }
        guard let port = parts.port.map({ UInt16(exactly: $0) }) ?? (usesTLS ? 443 : 80), port > 0 else { return nil }
        let folder = parts.percentEncodedPath.hasSuffix("/") ? parts.percentEncodedPath : parts.percentEncodedPath + "/"
        // An IPv6 address stands in brackets in the address, and without them everywhere else.
        self.init(
            host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, port: port, path: folder + "ws",
            usesTLS: usesTLS)
    }

    /// For the Host header.
    var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

    /// For people.
    public var address: String { unixPath.map { "unix:\($0)" } ?? authority }
}
