import Synchronization
import Testing

@testable import MapLayout

@Suite("Work teams")
struct WorkTeamTests {
    @Test("every part is done once, whatever the number of threads", arguments: [1, 2, 3, 8])
    func everyPart(threads: Int) {
        let team = WorkTeam(threads: threads, niceness: 0)
        for parts in [0, 1, 2, 7, 1000] {
            var counts = [Int](repeating: 0, count: parts)
            counts.withUnsafeMutableBufferPointer { buffer in
                let memory = PartedMemory(buffer)
                for _ in 0..<50 { team.run(parts) { memory[$0] += 1 } }
            }
            #expect(counts.allSatisfy { $0 == 50 })
        }
    }

    @Test("work within work is done, too")
    func nested() {
        let team = WorkTeam(threads: 3, niceness: 0)
        let sum = Atomic<Int>(0)
        team.run(20) { outer in
            team.run(10) { inner in sum.add(outer * 10 + inner, ordering: .relaxed) }
        }
        #expect(sum.load(ordering: .relaxed) == (0..<200).reduce(0, +))
    }

    @Test("a team that has ended leaves the work to the caller")
    func ended() {
        let team = WorkTeam(threads: 4, niceness: 5)
        team.end()
        team.end()
        let sum = Atomic<Int>(0)
        team.run(100) { sum.add($0, ordering: .relaxed) }
        #expect(sum.load(ordering: .relaxed) == 4950)
    }
}
