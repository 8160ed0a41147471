internal import OrderedCollections

// What stands for the nodes of a map that is not sent whole.
extension LayoutEvents {
    /// How densely the map is filled, square by square.
    ///
    /// - Parameters:
    ///   - side: squares along each axis.
    ///   - most: vectors in the fullest square; an estimate when they were counted from some.
    ///   - from: nodes that were counted.
    ///   - density: row by row from place 0, 65535 · √(count / most).
    public static func density(side: Int, most: Int, from: Int, density: [UInt16]) -> StreamEvent {
        StreamEvent(
            "layout.density", key: "density",
            ["side": .integer(Int64(side)), "most": .integer(Int64(most)), "from": .integer(Int64(from))],
            columns: ["density": .u16(density)])
    }

    /// The nodes of a square of the map, in the stream of that tile: the most important first.
    ///
    /// - Parameters:
    ///   - total: nodes in the square, also those that are not sent.
    ///   - level: the highest level of each node.
    public static func tile(
        revision: Int, zoom: Int, column: Int, row: Int, total: Int, node: [UInt32], x: [UInt16], y: [UInt16],
        level: [UInt8]
    ) -> StreamEvent {
        StreamEvent(
            "layout.tile", key: "tile",
            [
                "revision": .integer(Int64(revision)), "zoom": .integer(Int64(zoom)),
                "column": .integer(Int64(column)), "row": .integer(Int64(row)), "total": .integer(Int64(total)),
            ], columns: ["node": .u32(node), "x": .u16(x), "y": .u16(y), "level": .u8(level)])
    }
}
