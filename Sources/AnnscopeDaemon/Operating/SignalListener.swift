internal import Dispatch
internal import Glibc
internal import Synchronization

/// Hears the signals that a service manager sends. Nothing but the end is done in a signal handler: they are ignored as
/// such, and read by Dispatch from a descriptor (signalfd(2)).
final class SignalListener: Sendable {
    /// The exit status after a second SIGTERM or SIGINT.
    static var impatientStatus: Int32 { 1 }

    private let isEnding = Atomic(false)
    private let hangup: @Sendable () -> Void
    private let terminate: @Sendable () -> Void

    /// - Parameters:
    ///   - hangup: called on SIGHUP; several that come together may be one call.
    ///   - terminate: called on the first SIGTERM or SIGINT. The second ends the process at once, whatever it is at.
    init(hangup: @escaping @Sendable () -> Void, terminate: @escaping @Sendable () -> Void) {
        self.hangup = hangup
        self.terminate = terminate
    }

    /// - Returns: what hears them until it is cancelled, once it does: a signal that came before would be lost.
    func start() -> [any DispatchSourceSignal] {
        // A queue of its own, which is there also when all other threads are stuck.
        let queue = DispatchQueue(label: "annscope.signals")
        let registered = DispatchSemaphore(value: 0)
        let sources = [SIGHUP, SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { [self] in heard(number) }
            source.setRegistrationHandler { registered.signal() }
            source.resume()
            return source
        }
        for _ in sources { registered.wait() }
        return sources
    }

    private func heard(_ number: Int32) {
        if number == SIGHUP { return hangup() }
        if isEnding.exchange(true, ordering: .relaxed) { _exit(Self.impatientStatus) }
        // The next one needs no other thread to get its turn, and is heard until the very end of the process.
        for number in [SIGTERM, SIGINT] { signal(number) { _ in _exit(SignalListener.impatientStatus) } }
        terminate()
    }
}
