internal import Glibc

/// What happened on the sockets and on other threads, on its way to one loop: put in by any thread, taken out whole by
/// the loop.
///
/// Not an `AsyncStream`: at thousands of inputs a second its hand-overs between the threads of the cooperative pool cost
/// more than the work itself.
///
/// `@unchecked Sendable`: `inputs` is touched under the lock only.
public final class InputQueue<Input: Sendable>: @unchecked Sendable {
    private var inputs: [Input] = []
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let arrival = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init() {
        pthread_mutex_init(lock, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Waits are not cut short or drawn out when somebody sets the machine's time.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(arrival, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(arrival)
        pthread_mutex_destroy(lock)
        arrival.deallocate()
        lock.deallocate()
    }

    public func yield(_ input: Input) {
        pthread_mutex_lock(lock)
        inputs.append(input)
        let isFirst = inputs.count == 1
        pthread_mutex_unlock(lock)
        if isFirst { pthread_cond_signal(arrival) }
    }

    /// All that waits, in the order it came; empty when nothing came within `wait`.
    ///
    /// - Parameter wait: nil waits as long as it takes.
    public func next(within wait: Duration?) -> [Input] {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        let end = wait.map(Self.moment)
        while inputs.isEmpty {
            guard var end else {
                pthread_cond_wait(arrival, lock)
                continue
            }
            if pthread_cond_timedwait(arrival, lock, &end) == ETIMEDOUT { break }
        }
        defer { inputs = [] }
        return inputs
    }

    /// The moment on the monotonic clock that is so far away.
    private static func moment(in wait: Duration) -> timespec {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let (seconds, attoseconds) = max(wait, .zero).components
        let nanoseconds = now.tv_nsec + Int(attoseconds / 1_000_000_000)
        // A wait of years is none that anybody sees the end of.
        return timespec(
            tv_sec: now.tv_sec + Int(min(seconds, 1 << 30)) + nanoseconds / 1_000_000_000,
            tv_nsec: nanoseconds % 1_000_000_000)
    }
}
