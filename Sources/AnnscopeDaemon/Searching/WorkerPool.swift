internal import DequeModule
internal import Synchronization

/// A fixed number of threads that run jobs in the order they came, from a bounded queue. Searches, loads and layouts
/// block a thread for their whole length, so they don't belong on Swift's cooperative pool. Each thread owns a scratch
/// that it lends to its jobs.
final class WorkerPool<Scratch>: Sendable {
    typealias Job = @Sendable (Scratch) -> Void

    /// Names a job that waits.
    struct Ticket: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct State {
        var jobs: Deque<(ticket: Ticket, run: Job)> = []
        var submitted = 0
        var limit: Int
    }

    private let state: Mutex<State>
    /// One permit for each job in the queue, or more; a POSIX semaphore, as threads wait on it.
    private let available: Semaphore

    /// - Parameters:
    ///   - name: of the threads, at most 15 bytes.
    ///   - niceness: above 0 the threads of other pools go first.
    init(
        _ name: String, threads: Int, niceness: Int32 = 0, queueLimit: Int,
        makeScratch: @escaping @Sendable () -> Scratch
    ) {
        state = Mutex(State(limit: queueLimit))
        available = Semaphore()
        for _ in 0..<threads {
            DetachedThread.start(named: name, niceness: niceness) { [self] in work(makeScratch()) }
        }
    }

    /// How many jobs may wait; those that wait already are kept.
    func limitQueue(to limit: Int) { state.withLock { $0.limit = limit } }

    /// Queues a job, or returns nil when the queue is full.
    func submit(_ job: @escaping Job) -> Ticket? {
        let ticket = state.withLock { state -> Ticket? in
            guard state.jobs.count < state.limit else { return nil }
            state.submitted += 1
            let ticket = Ticket(number: state.submitted)
            state.jobs.append((ticket, job))
            return ticket
        }
        if ticket != nil { available.signal() }
        return ticket
    }

    /// One more job would be taken.
    var hasRoom: Bool { state.withLock { $0.jobs.count < $0.limit } }

    /// Takes a job back that no thread has begun; false when one has.
    func withdraw(_ ticket: Ticket) -> Bool {
        state.withLock { state in
            guard let place = state.jobs.firstIndex(where: { $0.ticket == ticket }) else { return false }
            state.jobs.remove(at: place)
            return true
        }
    }

    private func work(_ scratch: Scratch) {
        while true {
            available.wait()
            // The job of this permit may have been withdrawn.
            state.withLock { $0.jobs.popFirst() }?.run(scratch)
        }
    }
}
