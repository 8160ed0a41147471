import Testing

@testable import MapLayout

@Suite("Sample of a map")
struct MapSampleTests {
    private func squares(_ draft: MapDraft, _ places: some Sequence<Int>) -> [Int: Int] {
        places.reduce(into: [:]) { $0[MapDensity.square(draft.x[$1], draft.y[$1]), default: 0] += 1 }
    }

    @Test func `every square that holds a node has one in the sample, full ones more but not by their share`() {
        let draft = MadeMap.draft(count: 20_000)
        let level0 = draft.nodes.levels[0]
        let sample = MapSample(draft, candidates: level0, most: 8000).positions
        #expect(sample.count <= 8000 && sample.count > 7000)
        #expect(Set(sample).count == sample.count && sample.allSatisfy(level0.contains))
        let all = squares(draft, level0)
        let taken = squares(draft, sample)
        #expect(Set(all.keys) == Set(taken.keys))
        // The narrowest heap lies in a few squares, which together hold a quarter of all nodes.
        let full = all.filter { $0.value > 500 }
        #expect(!full.isEmpty)
        for (square, count) in full { #expect((taken[square] ?? 0) * 5 < count * 2) }
    }

    @Test func `a few nodes are spread over the whole map`() {
        let draft = MadeMap.draft(count: 20_000)
        let sample = MapSample(draft, candidates: 0..<20_000, most: 100).positions
        #expect(sample.count <= 100 && sample.count > 50)
        let quarters = Set(sample.map { Int(draft.y[$0] >> 15) * 2 + Int(draft.x[$0] >> 15) })
        #expect(quarters.count == 4)
    }

    @Test func `what there is room for is taken as it is`() {
        let draft = MadeMap.draft(count: 500)
        #expect(MapSample(draft, candidates: 100..<500, most: 400).positions.sorted() == Array(100..<500))
        #expect(MapSample(draft, candidates: 100..<100, most: 400).positions.isEmpty)
        #expect(MapSample(draft, candidates: 0..<500, most: 0).positions.isEmpty)
    }

    @Test func `the same map has the same sample, and one that has moved a little nearly so`() {
        let draft = MadeMap.draft(count: 20_000)
        let sample = MapSample(draft, candidates: 0..<20_000, most: 5000)
        #expect(MapSample(draft, candidates: 0..<20_000, most: 5000) == sample)
        let moved = MapDraft(
            nodes: draft.nodes, placed: draft.placed, x: draft.x.map { $0 + 3 }, y: draft.y, cells: nil, method: "",
            done: 1, total: 1)
        let other = MapSample(moved, candidates: 0..<20_000, most: 5000)
        #expect(Set(sample.positions).intersection(other.positions).count > 4000)
    }
}
