internal import Glibc
internal import SocketService
internal import Synchronization

/// A listening socket that systemd opened for the service (sd_listen_fds(3), systemd.socket(5)).
public struct InheritedSocket: Sendable, Equatable {
    public let descriptor: Int32
    /// `FileDescriptorName=` of the socket unit, or its name.
    public let name: String
    /// Only this machine can reach it: a unix socket, or one of a loopback address.
    public let isLocalOnly: Bool

    /// Those that were passed to this process; taken from the environment when first asked for, so that no child takes
    /// them for its own.
    public static let all: [InheritedSocket] = take()

    private static let firstDescriptor: Int32 = 3
    private static let maxSockets = 64

    private static func take() -> [InheritedSocket] {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
        let (process, count, names) = (variable("LISTEN_PID"), variable("LISTEN_FDS"), variable("LISTEN_FDNAMES"))
        for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) }
        guard process.flatMap({ pid_t($0) }) == getpid() else { return [] }
        return sockets(count: count ?? "", names: names ?? "")
    }

    /// - Parameters:
    ///   - count: the text of `LISTEN_FDS`.
    ///   - names: the text of `LISTEN_FDNAMES`.
    static func sockets(count: String, names: String) -> [InheritedSocket] {
        guard let count = Int32(count), 1...Int32(maxSockets) ~= count else { return [] }
        let names = names.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        return (0..<count).compactMap { place in
            let descriptor = firstDescriptor + place
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            guard isListening(descriptor) else { return nil }
            let name = Int(place) < names.count ? names[Int(place)] : ""
            return InheritedSocket(
                descriptor: descriptor, name: name.isEmpty ? "socket \(place)" : LogText.plain(name, max: 256),
                isLocalOnly: SocketServerConfiguration.Listener.inherited(descriptor: descriptor).isLocalOnly)
        }
    }

    private static func isListening(_ descriptor: Int32) -> Bool {
        var isAccepting: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isAccepting, &length) == 0 && isAccepting != 0
    }
}
