extension MapQuality {
    private static let kind: StaticString = "ANNSQUAL"

    /// The figures as bytes, from which `init(stored:)` makes equal ones.
    public func stored() -> [UInt8] {
        var writer = StoredColumns.Writer(kind: Self.kind, capacity: 64 + misplaced.nodes.count * 8)
        writer.append(trustworthiness)
        writer.append(kept)
        for number in [sampled, among, nodes, misplaced.lookedAt, misplaced.count, misplaced.nodes.count] {
            writer.append(UInt32(clamping: number))
        }
        writer.append(column: misplaced.nodes)
        writer.append(column: misplaced.stretches)
        return writer.finish()
    }

    /// The figures that were stored as these bytes.
    ///
    /// - Throws: `MapStoreError`, with the field and the byte that are wrong.
    public init(stored bytes: [UInt8]) throws(MapStoreError) {
        var reader = try StoredColumns.Reader(bytes, kind: Self.kind)
        let shares: [Double] = try reader.column(2, "trustworthiness and kept")
        let counts: [UInt32] = try reader.column(6, "counts")
        let misplaced: [UInt32] = try reader.column(Int(counts[5]), "misplaced")
        let stretches: [Float] = try reader.column(Int(counts[5]), "stretches")
        try reader.finish()
        guard shares.allSatisfy({ $0.isFinite && $0 <= 1 }) else {
            throw MapStoreError(
                .invalidField, field: "trustworthiness and kept", "\(shares), and they are 1 at the most")
        }
        guard misplaced.count <= MisplacedNodes.maxNodes, misplaced.allSatisfy({ $0 < counts[2] }),
            stretches.allSatisfy({ $0.isFinite && $0 > 0 })
        else { throw MapStoreError(.invalidField, field: "misplaced", "a node or a stretch is none of this map") }
        self.init(
            trustworthiness: shares[0], kept: shares[1], sampled: Int(counts[0]), among: Int(counts[1]),
            nodes: Int(counts[2]),
            misplaced: MisplacedNodes(
                nodes: misplaced, stretches: stretches, count: Int(counts[4]), lookedAt: Int(counts[3])))
    }
}
