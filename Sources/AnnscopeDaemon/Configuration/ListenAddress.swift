/// Where the daemon listens: an address with a port, or a socket in the file system.
public enum ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// An address in numbers, or `localhost`; port 0 takes a free one.
    case tcp(host: String, port: UInt16)
    case unix(path: String)

    /// Reads `127.0.0.1:7700`, `[::1]:7700`, `localhost:0` or `unix:/run/annscope.socket`; nil for anything else.
    public init?(_ text: String) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            // What fits into the address of a unix socket (unix(7)).
            guard path.hasPrefix("/"), path.utf8.count < 108 else { return nil }
            self = .unix(path: path)
            return
        }
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        let isNumeric = host.allSatisfy { $0.isHexDigit || $0 == "." || $0 == ":" }
        guard host == "localhost" || isNumeric && host.contains(where: { $0 == "." || $0 == ":" }) else { return nil }
        self = .tcp(host: host, port: port)
    }

    public var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): "unix:\(path)"
        }
    }

    /// Only this machine can reach it.
    public var isLocalOnly: Bool {
        switch self {
        case .tcp(let host, _): host == "localhost" || host.hasPrefix("127.") || host == "::1"
        case .unix: true
        }
    }
}
