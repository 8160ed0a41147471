internal import Glibc
internal import Synchronization

/// A few threads that do the parts of one piece of work side by side, together with the thread that asks for it.
///
/// Which thread does which part is left to chance. So that results don't depend on it, the parts must be the same for
/// any number of threads, and each must write where no other part writes or reads.
final class WorkTeam: Sendable {
    private let bench: Bench

    /// - Parameters:
    ///   - threads: the caller counts as one, so 1 starts no thread at all.
    ///   - niceness: of the started threads; above 0 others go first.
    init(threads: Int, niceness: Int32) {
        let bench = Bench()
        for _ in 1..<max(1, threads) {
            // Without a thread to be had the work takes longer, that is all.
            guard bench.startHelper(niceness: niceness) else { break }
        }
        self.bench = bench
    }

    deinit { end() }

    /// Lets the threads go once they are done with what they do. Work that comes later is done by the caller alone.
    func end() { bench.end() }

    /// Calls `body` once with every number below `parts`, in no order, from several threads, and returns when all calls
    /// have returned. Costs about 10 µs. A call while another is going on, as from within `body`, is done by its caller
    /// alone.
    func run(_ parts: Int, _ body: @Sendable (Int) -> Void) {
        guard parts > 1, bench.reserve() else {
            for part in 0..<max(0, parts) { body(part) }
            return
        }
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { bench.run(Bench.Work(body: $0, parts: parts)) }
        }
        bench.release()
    }
}

/// What the threads of a team share. They keep it alive, not the team itself, so that a forgotten team ends them.
///
/// `@unchecked Sendable`: `work` is written only while no helper can enter, `helpers` only before the team is shared; the
/// semaphores are made to be used from several threads.
private final class Bench: @unchecked Sendable {
    struct Work {
        let body: UnsafePointer<@Sendable (Int) -> Void>
        let parts: Int
    }

    private var work: Work?
    private var helpers = 0
    /// The next part that nobody has taken.
    private let next = Atomic<Int>(0)
    /// Twice the helpers at work, plus 1 while more may join.
    private let attendance = Atomic<Int>(0)
    private let isReserved = Atomic<Bool>(false)
    private let isEnded = Atomic<Bool>(false)
    private let call = Signal()
    private let lastLeft = Signal()

    /// - Returns: false where the caller is better off alone.
    func reserve() -> Bool {
        guard helpers > 0, !isEnded.load(ordering: .acquiring) else { return false }
        return isReserved.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged
    }

    func release() { isReserved.store(false, ordering: .releasing) }

    func run(_ work: Work) {
        self.work = work
        next.store(0, ordering: .relaxed)
        attendance.store(1, ordering: .releasing)
        for _ in 0..<min(helpers, work.parts - 1) { call.send() }
        takeParts(of: work)
        // A helper that has not woken up by now comes too late and is not waited for.
        if attendance.subtract(1, ordering: .acquiringAndReleasing).newValue != 0 { lastLeft.wait() }
        self.work = nil
    }

    func end() {
        guard !isEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
        for _ in 0..<helpers { call.send() }
    }

    /// Never inlined, so that no reference to the body outlives the call.
    @inline(never)
    private func takeParts(of work: Work) {
        while true {
            let part = next.add(1, ordering: .relaxed).oldValue
            guard part < work.parts else { return }
            work.body.pointee(part)
        }
    }

    private func help() {
        while true {
            call.wait()
            if isEnded.load(ordering: .acquiring) { return }
            guard join() else { continue }
            if let work { takeParts(of: work) }
            if attendance.subtract(2, ordering: .acquiringAndReleasing).newValue == 0 { lastLeft.send() }
        }
    }

    private func join() -> Bool {
        var seen = attendance.load(ordering: .relaxed)
        while seen & 1 == 1 {
            let (exchanged, original) = attendance.compareExchange(
                expected: seen, desired: seen + 2, ordering: .acquiring)
            if exchanged { return true }
            seen = original
        }
        return false
    }

    private final class Start: Sendable {
        let bench: Bench
        let niceness: Int32

        init(bench: Bench, niceness: Int32) {
            self.bench = bench
            self.niceness = niceness
        }
    }

    func startHelper(niceness: Int32) -> Bool {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(bench: self, niceness: niceness))
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
                Bench.setName("map layout")
                // On Linux each thread has its own.
                if start.niceness > 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, start.niceness) }
                start.bench.help()
                return nil
            }, start.toOpaque())
        guard result == 0 else {
            start.release()
            return false
        }
        pthread_detach(thread)
        helpers += 1
        return true
    }

    /// `pthread_setname_np` is no part of the Glibc that Swift imports. A name is a help, no need.
    private static func setName(_ name: String) {
        guard let file = fopen("/proc/thread-self/comm", "w") else { return }
        fputs(name, file)
        fclose(file)
    }
}

/// A counting semaphore.
///
/// `@unchecked Sendable`: `sem_t` is made to be used from several threads; its memory lives as long as this object.
private final class Signal: @unchecked Sendable {
    private let handle = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() { sem_init(handle, 0, 0) }

    deinit {
        sem_destroy(handle)
        handle.deallocate()
    }

    func send() { sem_post(handle) }
    func wait() { while sem_wait(handle) != 0 {} }
}
