import Foundation
import IndexFiles
import Testing

@testable import MapLayout

/// Indexes that no layout likes.
@Suite("Maps of odd indexes")
struct OddMapTests {
    private func expectPlaced(_ index: IndexFile, sourceLocation: SourceLocation = #_sourceLocation) throws -> IndexMap
    {
        let map = try #require(IndexMap(of: index), sourceLocation: sourceLocation)
        #expect(map.x.count == index.count && map.y.count == index.count, sourceLocation: sourceLocation)
        let again = try #require(IndexMap(of: index, threads: 1), sourceLocation: sourceLocation)
        #expect(map.x == again.x && map.y == again.y, "threads change the map", sourceLocation: sourceLocation)
        return map
    }

    private func spread(_ map: IndexMap) -> Int { Set(zip(map.x, map.y).map { Int($0) << 16 | Int($1) }).count }

    @Test("a few vectors have places", arguments: 0...3)
    func few(count: Int) throws {
        let map = try expectPlaced(MadeIndex.flat((0..<count).map { [Float($0), 1] }))
        #expect(spread(map) == count)
    }

    @Test func `equal vectors stand together, but not all at one place`() throws {
        let map = try expectPlaced(MadeIndex.flat(Array(repeating: [1, 2, 3], count: 300)))
        #expect(spread(map) > 250)
    }

    @Test func `vectors on a line keep their order along the map`() throws {
        let map = try expectPlaced(MadeIndex.flat((0..<200).map { [Float($0), 2 * Float($0)] }))
        // Neighbours on the line are neighbours on the map.
        func length(_ a: Int, _ b: Int) -> Double {
            hypot(Double(map.x[a]) - Double(map.x[b]), Double(map.y[a]) - Double(map.y[b]))
        }
        let near = (0..<190).map { length($0, $0 + 1) }.reduce(0, +) / 190
        let far = (0..<100).map { length($0, $0 + 100) }.reduce(0, +) / 100
        #expect(near * 5 < far, "\(near) \(far)")
    }

    @Test func `thousands of duplicates do no harm to the others`() throws {
        let rows = (0..<2001).map { [Float($0 % 3) * 10, 0] } + (0..<30).map { [Float($0), 50] }
        let map = try expectPlaced(MadeIndex.flat(rows))
        func middle(_ nodes: [Int]) -> (Double, Double) {
            (
                nodes.reduce(0) { $0 + Double(map.x[$1]) } / Double(nodes.count),
                nodes.reduce(0) { $0 + Double(map.y[$1]) } / Double(nodes.count)
            )
        }
        let groups = (0..<3).map { kind in middle((0..<2001).filter { $0 % 3 == kind }) }
        #expect(hypot(groups[0].0 - groups[2].0, groups[0].1 - groups[2].1) > 3000)
    }

    @Test func `components that are no numbers leave a map of the rest`() throws {
        var rows = (0..<200).map { [Float($0), Float($0 % 7)] }
        rows[3] = [.nan, .infinity]
        rows[4] = [.nan, .nan]
        #expect(spread(try expectPlaced(MadeIndex.flat(rows))) > 190)
    }

    @Test func `the first level of a draft is where the upper levels alone put it`() throws {
        let index = try MadeIndex.demo("hnswlib_M6_ef30_l2")
        let top = try #require(IndexMap.topLevels(of: index, maxNodes: 300))
        #expect(top.placed > 50 && top.placed <= 300)
        var seen: MapDraft?
        _ = IndexMap(
            of: index,
            pace: { placed, _, _ in placed > top.placed ? .stop : .show },
            draft: { seen = $0 })
        let last = try #require(seen)
        #expect(last.x == top.x && last.y == top.y)
    }

    @Test func `a sample is laid out and the others stand among it`() throws {
        // Two groups far apart, more vectors than are all laid out.
        let count = SampledVectors.maxSample + 5000
        var random = SplitMix64(seed: 4)
        let rows = (0..<count).map { [Float($0 % 2) * 100 + random.unit(), random.unit()] }
        let index = try MadeIndex.flat(rows)
        let map = try #require(IndexMap(of: index))
        #expect(map.method.contains("every 2th"))
        let groups = (0..<2).map { kind in
            stride(from: kind, to: count, by: 2).map { Double(map.x[$0]) }.sorted()[count / 4]
        }
        let other = (0..<2).map { kind in
            stride(from: kind, to: count, by: 2).map { Double(map.y[$0]) }.sorted()[count / 4]
        }
        #expect(hypot(groups[0] - groups[1], other[0] - other[1]) > 10_000)
    }

    @Test func `links that lead nowhere leave every node with a place`() throws {
        let graph = LonelyGraph(count: 700)
        let nodes = MapNodes(count: 700)
        let links = LinkNeighbours(graph: graph, nodes: nodes, vectors: nil)
        let team = WorkTeam(threads: 2, niceness: 0)
        defer { team.end() }
        let table = try #require(links.table(count: 700, level: 0, expanded: 3, width: 15, team: team))
        let start = ForceLayout(x: [0, 1], y: [0, 1])
        let layout = Growth.places(start, table, seed: 1, anchor: { links.anchor(of: $0) })
        #expect((0..<700).allSatisfy { layout.x($0).isFinite && layout.y($0).isFinite })
    }

    @Test func `levels without newcomers are not laid out`() {
        let graph = LonelyGraph(count: 100, maxLevel: 32_766, levelOf: { _ in 32_766 })
        #expect(MapMaker.layoutLevels(nodes(graph)) == [32_766, 0])
        // A newcomer on each level.
        let stairs = LonelyGraph(count: 20_000, maxLevel: 19_999, levelOf: { Int($0) })
        let levels = MapMaker.layoutLevels(nodes(stairs))
        #expect(levels.first == 19_900 && levels.last == 0)
        #expect(levels.count < 16)
        #expect(levels == levels.sorted(by: >))
    }

    @Test func `levels that grow as a graph's do are all laid out that have enough nodes`() {
        let graph = LonelyGraph(count: 4096, maxLevel: 4, levelOf: { $0.trailingZeroBitCount / 2 })
        #expect(MapMaker.layoutLevels(nodes(graph)) == [2, 1, 0])
        let few = LonelyGraph(count: 5, maxLevel: 0, levelOf: { _ in 0 })
        #expect(MapMaker.layoutLevels(nodes(few)) == [0])
    }

    private func nodes(_ graph: LonelyGraph) -> MapNodes {
        MapNodes(count: graph.count, maxLevel: graph.maxLevel, levelOf: graph.level(of:))
    }

    /// Every tenth node links to the next one, the others to nothing.
    private struct LonelyGraph: LayeredGraph {
        let count: Int
        var maxLevel = 0
        var levelOf: @Sendable (UInt32) -> Int = { _ in 0 }
        var entryNode: UInt32? { 0 }
        var maxBaseLinks: Int { 4 }
        var nodesPerLevel: [Int] { [count] }

        func level(of node: UInt32) -> Int { levelOf(node) }

        func forEachLink(of node: UInt32, level: Int, _ body: (UInt32) -> Void) {
            if node % 10 == 0 { body(node + 1) }
        }
    }
}
