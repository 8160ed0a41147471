/// Takes in nodes that have no place yet.
enum Growth {
    /// Neighbours that place a newcomer.
    private static let supporters = 3

    /// Passes over those that still wait: so far may a newcomer be from anything placed, in neighbours.
    private static let passes = 64

    /// The places of the known nodes, and of the others at their nearest placed neighbours. One whose neighbours have no
    /// place yet waits for them; where nothing leads to anything placed, one of them stands at its anchor.
    ///
    /// - Parameters:
    ///   - table: the neighbours of all nodes; at least those of the unknown.
    ///   - known: whether the layout has a node's place; nil for all that are in the layout.
    ///   - anchor: a known node for a newcomer that no neighbour holds.
    static func places(
        _ layout: ForceLayout, _ table: NeighbourTable, seed: UInt64, known: [Bool]? = nil, anchor: (Int) -> Int?
    ) -> ForceLayout {
        let count = table.count
        var x = [Float](repeating: .nan, count: count)
        var y = x
        for node in 0..<min(layout.count, count) where known?[node] ?? true {
            x[node] = layout.x(node)
            y[node] = layout.y(node)
        }
        var waiting = (0..<count).filter { x[$0].isNaN }
        for pass in 0..<passes where !waiting.isEmpty {
            var placed: [(node: Int, x: Float, y: Float)] = []
            var left: [Int] = []
            for node in waiting {
                if let place = mean(of: node, table, x, y, seed) {
                    placed.append((node, place.x, place.y))
                } else {
                    left.append(node)
                }
            }
            // Nothing placed is near these: the first may help the others; in the end each helps itself.
            let isLast = pass == passes - 1
            if placed.isEmpty || isLast {
                for node in isLast ? left[...] : left.prefix(1) {
                    let at = anchor(node).flatMap { x[$0].isNaN ? nil : $0 }
                    let shift = jitter(node, seed)
                    placed.append(
                        (node, (at.map { x[$0] } ?? 0) + 10 * shift.x, (at.map { y[$0] } ?? 0) + 10 * shift.y))
                }
                left.removeFirst(isLast ? left.count : min(1, left.count))
            }
            for place in placed { (x[place.node], y[place.node]) = (place.x, place.y) }
            waiting = left
        }
        return ForceLayout(x: x, y: y)
    }

    private static func mean(
        of node: Int, _ table: NeighbourTable, _ x: [Float], _ y: [Float], _ seed: UInt64
    ) -> (x: Float, y: Float)? {
        var sum: (x: Float, y: Float, count: Float) = (0, 0, 0)
        for place in node * table.width..<(node + 1) * table.width {
            let other = table.ids[place]
            guard other != .max, sum.count < Float(supporters) else { break }
            guard !x[Int(other)].isNaN else { continue }
            sum = (sum.x + x[Int(other)], sum.y + y[Int(other)], sum.count + 1)
        }
        guard sum.count > 0 else { return nil }
        // Two newcomers at one place could not be told apart.
        let shift = jitter(node, seed)
        return (sum.x / sum.count + shift.x, sum.y / sum.count + shift.y)
    }

    private static func jitter(_ node: Int, _ seed: UInt64) -> (x: Float, y: Float) {
        var random = SplitMix64(seed: seed &+ UInt64(node) &* 0xA24B_AED4_963E_E407)
        return ((random.unit() - 0.5) * 0.2, (random.unit() - 0.5) * 0.2)
    }
}
