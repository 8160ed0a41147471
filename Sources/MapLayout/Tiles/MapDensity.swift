/// How densely a map is filled, square by square: what stands for the nodes of a map that has too many to draw.
public struct MapDensity: Sendable, Equatable {
    /// Squares along each axis.
    public static let side = 256
    /// Bits of a place that say nothing about its square.
    static let shift = 8

    /// Nodes counted in each square, row by row from place 0.
    public let counts: [UInt32]
    /// Nodes that were counted.
    public let from: Int
    /// Nodes in the fullest square. An estimate when not all nodes were counted.
    public let most: Int

    /// Counts the nodes that have places.
    public init(_ draft: MapDraft) {
        var counts = [UInt32](repeating: 0, count: Self.side * Self.side)
        for place in 0..<draft.placed { counts[Self.square(draft.x[place], draft.y[place])] += 1 }
        self.counts = counts
        from = draft.placed
        let fullest = Int(counts.max() ?? 0)
        most = from > 0 ? (2 * fullest * draft.nodes.order.count + from) / (2 * from) : 0
    }

    /// 65535 · √(count / most) for each square: the root shows thin parts beside full ones.
    public var density: [UInt16] {
        let fullest = Double(counts.max() ?? 0)
        guard fullest > 0 else { return counts.map { _ in 0 } }
        return counts.map { UInt16((65535 * (Double($0) / fullest).squareRoot()).rounded()) }
    }

    static func square(_ x: UInt16, _ y: UInt16) -> Int { Int(y) >> shift * side + Int(x) >> shift }
}
