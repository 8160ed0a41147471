import IndexFiles
import Testing
import VectorSearch

@testable import AnnscopeDaemon

@Suite("Recall")
struct RecallTests {
    private func hits(_ pairs: [(VectorLabel, Float)]) -> [SearchHit] {
        pairs.map { SearchHit(label: $0.0, node: UInt32($0.0), distance: $0.1) }
    }

    private let header = TraceHeader(algorithm: .hnswlib, k: 3)

    @Test("the share of the exact neighbours that was found")
    func share() {
        let recall = Recall(
            hits([(1, 0.1), (3, 0.3), (9, 0.9)]), exact: hits([(1, 0.1), (2, 0.2), (3, 0.3)]), header: header)
        #expect(recall.share == 2.0 / 3)
        #expect(recall.missed.map(\.label) == [2])
    }

    @Test("nothing to be found is all that could be found")
    func empty() {
        #expect(Recall([], exact: [], header: header).share == 1)
        #expect(Recall([], exact: hits([(1, 0)]), header: header).share == 0)
    }

    @Test("of vectors that share the last place any may be found")
    func ties() {
        let exact = hits([(1, 0.1), (2, 0.5), (3, 0.5)])
        #expect(Recall(hits([(1, 0.1), (7, 0.5), (8, 0.5)]), exact: exact, header: header).share == 1)
        // A tie stands for a neighbour of the last place, not for a nearer one.
        let recall = Recall(hits([(7, 0.5), (8, 0.5), (9, 0.5)]), exact: exact, header: header)
        #expect(recall.missed.map(\.label) == [1])
        #expect(Recall(hits([(1, 0.1), (2, 0.5), (7, 0.6)]), exact: exact, header: header).missed.map(\.label) == [3])
    }

    @Test("similarities are nearer when they are larger")
    func similarities() {
        var similar = header
        similar.largerIsNearer = true
        let exact = hits([(1, 0.9), (2, 0.5)])
        #expect(Recall(hits([(1, 0.9), (7, 0.5)]), exact: exact, header: similar).share == 1)
        #expect(Recall(hits([(1, 0.9), (7, 0.4)]), exact: exact, header: similar).missed.map(\.label) == [2])
    }

    @Test("distances of a finer code say nothing of a tie")
    func refined() {
        var refined = header
        refined.stages = [.init(name: "refine", nodes: .vectors, algorithm: .faissRefine, k: 2)]
        let exact = hits([(1, 0.1), (2, 0.5)])
        #expect(Recall(hits([(1, 0.1), (7, 0.2)]), exact: exact, header: refined).share == 0.5)
    }
}
