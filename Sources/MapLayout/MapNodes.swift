/// The nodes of an index in the order of their importance on a map: the highest level first, inside a level by number.
///
/// One value is shared by all drafts of a map.
public struct MapNodes: Sendable, Equatable {
    /// Every node once.
    public let order: [UInt32]
    /// For each level, from 0 up, where the nodes whose highest level it is stand in `order`. At least one.
    public let levels: [Range<Int>]

    init(order: [UInt32], levels: [Range<Int>]) {
        self.order = order
        self.levels = levels
    }

    /// Nodes of an index without levels.
    init(count: Int) { self.init(order: (0..<UInt32(count)).map { $0 }, levels: [0..<count]) }

    /// - Parameter levelOf: the highest level of each node, for nodes 0..<count; negative ones count as 0, those above
    ///   `maxLevel` as `maxLevel`.
    init(count: Int, maxLevel: Int, levelOf: (UInt32) -> Int) {
        let top = max(0, maxLevel)
        let heights = (0..<UInt32(count)).map { min(max(levelOf($0), 0), top) }
        var starts = [Int](repeating: 0, count: top + 2)
        // Counted from the top down: place 0 is the highest level's.
        for height in heights { starts[top - height + 1] += 1 }
        for place in 1..<starts.count { starts[place] += starts[place - 1] }
        levels = (0...top).map { starts[top - $0]..<starts[top - $0 + 1] }
        var order = [UInt32](repeating: 0, count: count)
        for (node, height) in heights.enumerated() {
            order[starts[top - height]] = UInt32(node)
            starts[top - height] += 1
        }
        self.order = order
    }
}
