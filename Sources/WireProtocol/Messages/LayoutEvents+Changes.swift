internal import OrderedCollections

// How a map differs from that of the revision before, which `started` names.
extension LayoutEvents {
    /// Nodes that one of these events names at most.
    public static let maxChangedNodes = 20_000

    /// - Parameters:
    ///   - count: all new nodes, also those that are not named.
    ///   - node: new nodes, the most important first.
    public static func added(revision: Int, count: Int, node: [UInt32]) -> StreamEvent {
        StreamEvent(
            "layout.added", key: "added", ["revision": .integer(Int64(revision)), "count": .integer(Int64(count))],
            columns: ["node": .u32(node)])
    }

    /// - Parameters:
    ///   - count: all nodes that moved visibly, also those that are not named.
    ///   - node: by their new numbers, the farthest first.
    ///   - fromX: where they were.
    public static func moved(
        revision: Int, count: Int, node: [UInt32], fromX: [UInt16], fromY: [UInt16]
    ) -> StreamEvent {
        StreamEvent(
            "layout.moved", key: "moved", ["revision": .integer(Int64(revision)), "count": .integer(Int64(count))],
            columns: ["node": .u32(node), "fromX": .u16(fromX), "fromY": .u16(fromY)])
    }

    /// - Parameters:
    ///   - count: all nodes that are gone, also those whose places are not named.
    ///   - x: where they were.
    public static func removed(revision: Int, count: Int, x: [UInt16], y: [UInt16]) -> StreamEvent {
        StreamEvent(
            "layout.removed", key: "removed", ["revision": .integer(Int64(revision)), "count": .integer(Int64(count))],
            columns: ["x": .u16(x), "y": .u16(y)])
    }
}
