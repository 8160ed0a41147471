internal import Glibc

/// Tells systemd how the service is doing (sd_notify(3)): a datagram to the socket that `NOTIFY_SOCKET` names.
/// Without that variable nothing happens.
enum SystemdNotifier {
    static func ready(_ status: String) { notify("READY=1\nSTATUS=\(LogText.plain(status, max: 500))") }

    static func status(_ status: String) { notify("STATUS=\(LogText.plain(status, max: 500))") }

    /// The configuration is being read again; `ready` ends it. The time is what newer versions of systemd tell one
    /// reload from the next by.
    static func reloading() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let microseconds = Int(time.tv_sec) * 1_000_000 + Int(time.tv_nsec) / 1000
        notify("RELOADING=1\nMONOTONIC_USEC=\(microseconds)\nSTATUS=reading the configuration")
    }

    /// - Parameter limit: the unit's own time to stop may be shorter.
    static func stopping(within limit: Duration) {
        notify("STOPPING=1\nEXTEND_TIMEOUT_USEC=\(limit.components.seconds * 1_000_000)\nSTATUS=saying goodbye")
    }

    static func watchdog() { notify("WATCHDOG=1") }

    /// The time between two signs of life: a third of what systemd waits for one (sd_watchdog_enabled(3)), so that one
    /// may be late. nil where it does not wait.
    static func watchdogPeriod(_ environment: (String) -> String?) -> Duration? {
        guard let microseconds = environment("WATCHDOG_USEC").flatMap({ Int64($0) }), microseconds > 0 else {
            return nil
        }
        if let process = environment("WATCHDOG_PID"), pid_t(process) != getpid() { return nil }
        return .microseconds(max(1000, microseconds / 3))
    }

    private static func notify(_ state: String) {
        guard let path = getenv("NOTIFY_SOCKET").map({ String(cString: $0) }), !path.isEmpty else { return }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8)
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
        // A leading @ stands for the abstract namespace.
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let handle = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return }
        defer { close(handle) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bytes = Array(state.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(handle, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
