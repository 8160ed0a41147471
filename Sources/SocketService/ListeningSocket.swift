internal import CWebSockets
internal import Glibc

/// A socket that we bind ourselves: libwebsockets 4.1.6 binds every interface when told an IPv4 address.
struct ListeningSocket: Sendable {
    let handle: Int32
    let isUnix: Bool
    let bound: BoundListener
    /// The file that goes when we stop, with its inode: another daemon may have put its own there meanwhile.
    private let file: (path: String, inode: ino_t)?

    /// Clients that may wait to be accepted.
    private static let backlog: Int32 = 511

    init(_ listener: SocketServerConfiguration.Listener, isTLS: Bool) throws(SocketError) {
        let handle: Int32
        switch listener {
        case .tcp(let host, let port): handle = try Self.tcp(host: host, port: port)
        case .unix(let path): handle = try Self.unix(path)
        case .inherited(let descriptor): handle = try Self.inherited(descriptor)
        }
        guard let address = SocketAddress(boundTo: handle) else {
            close(handle)
            throw SocketError("\(listener): the socket has no address: \(Self.reason(errno))")
        }
        self.handle = handle
        isUnix = address.isUnix
        let host = address.text.contains(":") ? "[\(address.text)]" : address.text
        bound = BoundListener(
            url: isUnix ? "unix:\(address.path)" : "\(isTLS ? "https" : "http")://\(host):\(address.port)/",
            port: address.port, isLocalOnly: address.isLoopback)
        var status = stat()
        if case .unix(let path) = listener, lstat(path, &status) == 0 {
            file = (path, status.st_ino)
        } else {
            file = nil
        }
    }

    /// Takes the file of a socket away, if it is still ours.
    func removeFile() {
        var status = stat()
        guard let file, lstat(file.path, &status) == 0, status.st_ino == file.inode else { return }
        unlink(file.path)
    }

    /// Gives the socket up before anyone served it.
    func discard() {
        removeFile()
        close(handle)
    }

    private static let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)

    private static func tcp(host: String, port: UInt16) throws(SocketError) -> Int32 {
        guard let address = SocketAddress(host: host, port: port) else {
            throw SocketError("\(host) is no address in numbers, such as 127.0.0.1 or ::1")
        }
        let place = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        let handle = socket(address.family, type, 0)
        guard handle >= 0 else { throw SocketError("\(place): no socket: \(reason(errno))") }
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &yes, size)
        // `[::]` is IPv6 alone, so that 0.0.0.0 can be listened on beside it.
        if address.family == AF_INET6 { setsockopt(handle, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &yes, size) }
        guard address.pass(to: { bind(handle, $0, $1) }) == 0, listen(handle, backlog) == 0 else {
            let error = errno
            close(handle)
            let advice =
                switch error {
                case EADDRINUSE: "another program listens there; stop it, or take another port (0: a free one)"
                case EADDRNOTAVAIL: "no network interface of this machine has that address"
                case EACCES: "ports below 1024 need the capability CAP_NET_BIND_SERVICE; take a higher one"
                default: reason(error)
                }
            throw SocketError("can't listen on \(place): \(advice)")
        }
        return handle
    }

    private static func unix(_ path: String) throws(SocketError) -> Int32 {
        guard let address = SocketAddress(path: path) else {
            throw SocketError("can't listen on unix:\(path): a socket's path has 1 to 107 bytes")
        }
        let handle = socket(AF_UNIX, type, 0)
        guard handle >= 0 else { throw SocketError("unix:\(path): no socket: \(reason(errno))") }
        do {
            try removeStale(path, address)
        } catch {
            close(handle)
            throw error
        }
        // Before it is bound, so that the file never has more rights than these.
        fchmod(handle, 0o660)
        guard address.pass(to: { bind(handle, $0, $1) }) == 0, chmod(path, 0o660) == 0, listen(handle, backlog) == 0
        else {
            let error = errno
            close(handle)
            let advice =
                switch error {
                case ENOENT: "its folder does not exist; make it"
                case EACCES, EPERM, EROFS: "this user may not write to its folder"
                default: reason(error)
                }
            throw SocketError("can't listen on unix:\(path): \(advice)")
        }
        return handle
    }

    /// A daemon that was killed leaves its socket's file; one that lives answers.
    private static func removeStale(_ path: String, _ address: SocketAddress) throws(SocketError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SocketError("can't listen on unix:\(path): there is a file that is no socket; move it away")
        }
        let probe = socket(AF_UNIX, type, 0)
        defer { close(probe) }
        guard address.pass(to: { connect(probe, $0, $1) }) != 0, errno == ECONNREFUSED else {
            throw SocketError("can't listen on unix:\(path): another program listens there; stop it first")
        }
        guard unlink(path) == 0 else {
            throw SocketError("can't listen on unix:\(path): the old socket can't be removed: \(reason(errno))")
        }
    }

    private static func inherited(_ descriptor: Int32) throws(SocketError) -> Int32 {
        func option(_ name: Int32) -> Int32? {
            var value: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
        }
        guard let kind = option(SO_TYPE) else {
            throw SocketError("descriptor \(descriptor) is no socket; a .socket unit must pass it")
        }
        guard kind == Int32(SOCK_STREAM.rawValue), option(SO_ACCEPTCONN) == 1 else {
            throw SocketError(
                "descriptor \(descriptor) does not listen; a .socket unit needs ListenStream= and Accept=no")
        }
        guard let family = SocketAddress(boundTo: descriptor)?.family, [AF_INET, AF_INET6, AF_UNIX].contains(family)
        else { throw SocketError("descriptor \(descriptor) is neither an IPv4, an IPv6 nor a Unix socket") }
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func reason(_ error: Int32) -> String { String(cString: strerror(error)) }

    /// The next connection that waits and who it is from, or nil.
    static func accept(_ handle: Int32) -> (socket: Int32, peer: SocketAddress)? {
        var socket: Int32 = -1
        let peer = SocketAddress { pointer, length in
            pointer.withMemoryRebound(to: sockaddr_storage.self, capacity: 1) {
                socket = annscope_accept(handle, $0, length)
            }
            return socket >= 0
        }
        guard let peer else { return nil }
        if !peer.isUnix {
            var yes: Int32 = 1
            // Steps are small and must not wait for each other.
            setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        }
        return (socket, peer)
    }
}
