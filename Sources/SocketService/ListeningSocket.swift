internal import CWebSockets
internal import Glibc

/// A socket that we bind ourselves: libwebsockets 4.1.6 binds every interface when told an IPv4 address.
struct ListeningSocket {
    let handle: Int32
    let port: UInt16

    init(_ listener: SocketServerConfiguration.Listener) throws(SocketError) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = listener.port.bigEndian
        guard inet_pton(AF_INET, listener.host, &address.sin_addr) == 1 else {
            throw SocketError(message: "\(listener.host) is no IPv4 address in numbers, such as 127.0.0.1")
        }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let handle = socket(AF_INET, type, 0)
        guard handle >= 0 else { throw SocketError(message: "no socket: \(String(cString: strerror(errno)))") }
        var yes: Int32 = 1
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(handle, generic, length) != 0 || listen(handle, 511) != 0
                    || getsockname(handle, generic, &length) != 0
            }
        }
        guard !failed else {
            let reason = String(cString: strerror(errno))
            close(handle)
            throw SocketError(message: "\(listener.host):\(listener.port) can't be listened on: \(reason)")
        }
        self.handle = handle
        port = UInt16(bigEndian: address.sin_port)
    }

    /// The next connection that waits, or nil.
    static func accept(_ handle: Int32) -> Int32? {
        let connection = annscope_accept(handle)
        guard connection >= 0 else { return nil }
        var yes: Int32 = 1
        // Steps are small and must not wait for each other.
        setsockopt(connection, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        return connection
    }
}
