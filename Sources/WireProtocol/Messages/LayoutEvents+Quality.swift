internal import OrderedCollections

// How far a map can be trusted.
extension LayoutEvents {
    /// How well near vectors are near on the map.
    ///
    /// - Parameters:
    ///   - neighbours: of each vector that are compared.
    ///   - trustworthiness: 1 when whatever is near on the map is near in truth, too (Venna and Kaski 2001).
    ///   - kept: the share of the true nearest that are among the nearest on the map.
    ///   - sampled: vectors whose neighbours were looked at.
    ///   - among: vectors that each of them was compared with.
    ///   - nodes: vectors on the map.
    public static func quality(
        revision: Int, neighbours: Int, trustworthiness: Double, kept: Double, sampled: Int, among: Int, nodes: Int
    ) -> StreamEvent {
        StreamEvent(
            "layout.quality", key: "quality",
            [
                "revision": .integer(Int64(revision)), "neighbours": .integer(Int64(neighbours)),
                "trustworthiness": .number(trustworthiness), "kept": .number(kept),
                "sampled": .integer(Int64(sampled)), "among": .integer(Int64(among)), "nodes": .integer(Int64(nodes)),
            ])
    }

    /// The nodes that the map misplaces most.
    ///
    /// - Parameters:
    ///   - count: of all nodes that count as misplaced.
    ///   - of: nodes that were looked at.
    ///   - node: the worst first.
    ///   - stretch: how many times farther a node's true neighbours are drawn than is usual on this map.
    public static func misplaced(
        revision: Int, count: Int, of: Int, node: [UInt32], stretch: [Float]
    ) -> StreamEvent {
        StreamEvent(
            "layout.misplaced", key: "misplaced",
            [
                "revision": .integer(Int64(revision)), "count": .integer(Int64(count)), "of": .integer(Int64(of)),
            ],
            columns: ["node": .u32(node), "stretch": .f32(stretch)])
    }
}
