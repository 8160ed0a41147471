@testable import MapLayout

/// Maps of made-up nodes.
enum MadeMap {
    /// Four heaps of different width, the third of the levels above 0 in all of them.
    static func draft(count: Int, levels: Int = 4, placed: Int? = nil, seed: UInt64 = 1) -> MapDraft {
        var random = SplitMix64(seed: seed)
        var heights: [Int] = []
        for _ in 0..<count {
            var height = 0
            while height < levels - 1, random.below(8) == 0 { height += 1 }
            heights.append(height)
        }
        let nodes = MapNodes(count: count, maxLevel: levels - 1) { heights[Int($0)] }
        let placed = placed ?? count
        var x: [UInt16] = []
        var y: [UInt16] = []
        for _ in 0..<placed {
            let heap = random.below(4)
            let width = [20, 400, 4000, 16000][heap]
            x.append(UInt16(16384 + 32768 * (heap % 2) + random.below(width) - width / 2))
            y.append(UInt16(16384 + 32768 * (heap / 2) + random.below(width) - width / 2))
        }
        return MapDraft(nodes: nodes, placed: placed, x: x, y: y, cells: nil, method: "made", done: 1, total: 2)
    }

    /// The highest level of each node.
    static func heights(_ nodes: MapNodes) -> [Int] {
        var heights = [Int](repeating: 0, count: nodes.order.count)
        for (level, range) in nodes.levels.enumerated() {
            for place in range { heights[Int(nodes.order[place])] = level }
        }
        return heights
    }

    /// A finished map of vectors that are known by numbers.
    static func map(_ places: [(print: UInt64, x: UInt16, y: UInt16)], nodes: MapNodes? = nil) -> IndexMap {
        IndexMap(
            nodes: nodes ?? MapNodes(count: places.count), x: places.map(\.x), y: places.map(\.y), cells: nil,
            method: "made", fingerprints: places.map(\.print))
    }
}
