internal import Synchronization

/// A fixed number of threads that run jobs in the order they came, from a bounded queue. Searches, loads and layouts
/// block a thread for their whole length, so they don't belong on Swift's cooperative pool. Each thread owns a scratch
/// that it lends to its jobs.
final class WorkerPool<Scratch>: Sendable {
    typealias Job = @Sendable (Scratch) -> Void

    private struct State {
        var jobs: [Job] = []
        var next = 0
    }

    private let state = Mutex(State())
    private let limit: Int
    /// One permit for each job in the queue; a POSIX semaphore, as threads wait on it.
    private let available: Semaphore

    init(threads: Int, queueLimit: Int, makeScratch: @escaping @Sendable () -> Scratch) {
        limit = queueLimit
        available = Semaphore()
        for _ in 0..<threads { DetachedThread.start { [self] in work(makeScratch()) } }
    }

    /// Queues a job, or returns false when the queue is full.
    func submit(_ job: @escaping Job) -> Bool {
        let accepted = state.withLock { state in
            guard state.jobs.count - state.next < limit else { return false }
            state.jobs.append(job)
            return true
        }
        if accepted { available.signal() }
        return accepted
    }

    private func work(_ scratch: Scratch) {
        while true {
            available.wait()
            let job = state.withLock { state -> Job? in
                guard state.next < state.jobs.count else { return nil }
                let job = state.jobs[state.next]
                state.next += 1
                if state.next == state.jobs.count {
                    state.jobs.removeAll(keepingCapacity: true)
                    state.next = 0
                }
                return job
            }
            job?(scratch)
        }
    }
}
