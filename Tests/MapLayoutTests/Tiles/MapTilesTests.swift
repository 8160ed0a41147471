import Testing

@testable import MapLayout

@Suite("Tiles of a map")
struct MapTilesTests {
    private let draft = MadeMap.draft(count: 20_000)

    @Test func `a tile has the nodes of its square and no others`() {
        let tiles = MapTiles(draft)
        for (zoom, column, row) in [(0, 0, 0), (1, 1, 0), (2, 0, 3), (5, 7, 7), (12, 1024, 1024), (12, 4095, 0)] {
            let side = 65536 >> zoom
            let inside = (0..<draft.placed).filter {
                Int(draft.x[$0]) / side == column && Int(draft.y[$0]) / side == row
            }
            let tile = tiles.tile(zoom: zoom, column: column, row: row, most: 20_000)
            #expect(tile.total == inside.count)
            #expect(Set(tile.node) == Set(inside.map { draft.nodes.order[$0] }))
            let ranks = draft.nodes.ranks
            for (number, node) in tile.node.enumerated() {
                let place = Int(ranks[Int(node)])
                #expect(tile.x[number] == draft.x[place] && tile.y[number] == draft.y[place])
            }
        }
    }

    @Test func `four tiles have together what the tile above them has`() {
        let tiles = MapTiles(draft)
        for zoom in 0..<8 {
            for column in 0..<(1 << min(zoom, 4)) {
                for row in 0..<(1 << min(zoom, 4)) {
                    let parts = [(0, 0), (0, 1), (1, 0), (1, 1)].map {
                        tiles.tile(zoom: zoom + 1, column: 2 * column + $0.0, row: 2 * row + $0.1, most: 10).total
                    }
                    let whole = tiles.tile(zoom: zoom, column: column, row: row, most: 10).total
                    #expect(parts.reduce(0, +) == whole)
                }
            }
        }
    }

    @Test(arguments: [0, 1, 100, 700, 4096])
    func `a full tile has the highest levels, and an even part of the level that is too full`(most: Int) {
        let tile = MapTiles(draft).tile(zoom: 0, column: 0, row: 0, most: most)
        let heights = MadeMap.heights(draft.nodes)
        #expect(tile.total == 20_000 && tile.node.count == most && Set(tile.node).count == most)
        let levels = tile.node.map { heights[Int($0)] }
        #expect(levels == levels.sorted(by: >) && levels == tile.level.map { Int($0) })
        guard let lowest = levels.last else { return }
        for level in (lowest + 1)..<draft.nodes.levels.count where level > lowest {
            #expect(levels.count { $0 == level } == draft.nodes.levels[level].count)
        }
        // An even part: about as many of each half of the node numbers.
        let part = zip(tile.node, levels).filter { $0.1 == lowest }.map(\.0)
        if part.count > 300 {
            let early = part.count { $0 < 10_000 }
            #expect(abs(Double(early) / Double(part.count) - 0.5) < 0.1)
        }
    }

    @Test func `a map of a thousand vectors in one place has tiles, too`() {
        let nodes = MapNodes(count: 1000)
        let heap = MapDraft(
            nodes: nodes, placed: 1000, x: .init(repeating: 65535, count: 1000), y: .init(repeating: 0, count: 1000),
            cells: nil, method: "", done: 1, total: 1)
        let tile = MapTiles(heap).tile(zoom: 12, column: 4095, row: 0, most: 10)
        #expect(tile.total == 1000 && tile.node.count == 10)
        #expect(MapTiles(heap).tile(zoom: 12, column: 4094, row: 0).total == 0)
        #expect(MapTiles(MadeMap.draft(count: 0)).tile(zoom: 0, column: 0, row: 0).total == 0)
    }

    @Test func `tiles that are ready beforehand are those that would be chosen`() {
        let tiles = MapTiles(draft)
        for zoom in 0...3 {
            for square in 0..<(1 << (2 * zoom)) {
                let (column, row) = (square % (1 << zoom), square / (1 << zoom))
                let chosen = tiles.choose(zoom: zoom, column: column, row: row, most: MapTiles.maxNodes)
                let isSame = tiles.tile(zoom: zoom, column: column, row: row) == chosen
                #expect(isSame, "\(zoom) \(column) \(row)")
            }
        }
    }

    @Test func `the same map has the same tiles`() {
        let tile = MapTiles(draft).tile(zoom: 1, column: 0, row: 0, most: 500)
        #expect(MapTiles(draft).tile(zoom: 1, column: 0, row: 0, most: 500) == tile)
    }
}
