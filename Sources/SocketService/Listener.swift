internal import Glibc

extension SocketServerConfiguration {
    /// Where clients may connect.
    public enum Listener: Sendable, Hashable, CustomStringConvertible {
        /// An IPv4 or IPv6 address in numbers (or `localhost`, which is 127.0.0.1); port 0 asks for a free one.
        case tcp(host: String, port: UInt16)
        /// A socket of the file system, for this user and group (mode 0660).
        case unix(path: String)
        /// A listening socket that somebody else made, such as systemd.
        case inherited(descriptor: Int32)

        /// `HOST:PORT`, `[::1]:7700` or `unix:/path`.
        ///
        /// - Throws: `SocketError` that says what the text should look like.
        public init(parsing text: String) throws(SocketError) {
            if text.hasPrefix("unix:") {
                let path = String(text.dropFirst(5))
                guard path.hasPrefix("/") else {
                    throw SocketError("\(text): a socket's path must begin with /, such as unix:/run/annscope/socket")
                }
                guard SocketAddress(path: path) != nil else {
                    throw SocketError("\(text): the path has \(path.utf8.count) bytes; the system takes at most 107")
                }
                self = .unix(path: path)
                return
            }
            let form = "it must be ADDRESS:PORT, such as 127.0.0.1:7700, [::1]:7700 or unix:/run/annscope/socket"
            guard let colon = text.lastIndex(of: ":"), case let digits = text[text.index(after: colon)...],
                !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) })
            else { throw SocketError("\(text): \(form)") }
            guard let port = UInt16(digits) else { throw SocketError("\(text): a port can be 0 to 65535") }
            var host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                host = host.dropFirst().dropLast()
            } else if host.contains(":") {
                throw SocketError("\(text): an IPv6 address goes in brackets, such as [::1]:7700")
            }
            guard SocketAddress(host: String(host), port: port) != nil else {
                throw SocketError("\(text): \(host) is no address in numbers; \(form)")
            }
            self = .tcp(host: String(host), port: port)
        }

        /// Only programs of this machine can reach it.
        public var isLocalOnly: Bool {
            switch self {
            case .tcp(let host, let port): SocketAddress(host: host, port: port)?.isLoopback ?? false
            case .unix: true
            case .inherited(let descriptor): SocketAddress(boundTo: descriptor)?.isLoopback ?? false
            }
        }

        public var description: String {
            switch self {
            case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
            case .unix(let path): "unix:\(path)"
            case .inherited(let descriptor): "descriptor \(descriptor)"
            }
        }
    }
}

/// A listener that listens.
public struct BoundListener: Sendable, Hashable {
    /// For people: `http://127.0.0.1:7700/`, `https://[::1]:7700/` or `unix:/path`.
    public let url: String
    /// 0 for a socket of the file system.
    public let port: UInt16
    public let isLocalOnly: Bool
}
