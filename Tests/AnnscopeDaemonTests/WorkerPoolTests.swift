import Glibc
import Synchronization
import Testing

@testable import AnnscopeDaemon

@Suite("Worker pool")
struct WorkerPoolTests {
    @Test("jobs beyond the limit are refused, and a withdrawn one makes room and never runs")
    func withdraw() throws {
        let gate = Semaphore()
        let done = Semaphore()
        let ran = Mutex<[Int]>([])
        let pool = WorkerPool("test", threads: 1, queueLimit: 2) {}
        let begun = Semaphore()
        let first = try #require(
            pool.submit { _ in
                begun.signal()
                gate.wait()
            })
        begun.wait()
        let second = try #require(pool.submit { _ in ran.withLock { $0.append(2) } })
        #expect(pool.submit { _ in ran.withLock { $0.append(3) } } != nil)
        #expect(pool.submit { _ in } == nil)
        #expect(!pool.withdraw(first))
        #expect(pool.withdraw(second))
        #expect(!pool.withdraw(second))
        #expect(
            pool.submit { _ in
                ran.withLock { $0.append(4) }
                done.signal()
            } != nil)
        gate.signal()
        done.wait()
        #expect(ran.withLock { $0 } == [3, 4])
    }

    @Test("a nice pool's threads give way, and only they")
    func niceness() throws {
        let values = Mutex<[Int32]>([])
        let done = Semaphore()
        for niceness: Int32 in [0, 7] {
            let pool = WorkerPool("test", threads: 1, niceness: niceness, queueLimit: 1) {}
            _ = try #require(
                pool.submit { _ in
                    let own = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0)
                    values.withLock { $0.append(own) }
                    done.signal()
                })
            done.wait()
        }
        let (plain, nice) = values.withLock { ($0[0], $0[1]) }
        #expect(nice - plain == 7)
    }
}
