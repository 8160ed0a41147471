internal import Glibc

/// A thread that nobody joins: it lives as long as the process.
enum DetachedThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// - Parameters:
    ///   - name: as `top -H` shows it, at most 15 bytes.
    ///   - niceness: above 0 others go first; on Linux each thread has its own.
    static func start(named name: String, niceness: Int32 = 0, _ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = Body {
            setName(name)
            if niceness > 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness) }
            run()
        }
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(body).toOpaque())
        precondition(result == 0, "no thread to be had")
        pthread_detach(thread)
    }

    /// `pthread_setname_np` is no part of the Glibc that Swift imports. A name is a help, no need.
    private static func setName(_ name: String) {
        guard let file = fopen("/proc/thread-self/comm", "w") else { return }
        fputs(name, file)
        fclose(file)
    }
}
