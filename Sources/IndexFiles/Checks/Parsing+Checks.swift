extension Parsing {
    /// Rows looked at before more of the file is asked for, in bytes.
    private static let batchBytes = 256 << 10

    /// Looks for NaN and infinity in vectors that lie at a regular distance.
    mutating func check(_ vectors: StoredVectors, _ field: String) throws(IndexFileError) {
        let finite = FiniteCheck(vectors.encoding, dimension: vectors.dimension)
        guard !finite.alwaysHolds, vectors.count > 0, case .rows(let start, let stride) = vectors.placement,
            let bytes = vectors.bytes.first
        else { return }
        let first = bytes.offset(of: start)
        let batch = max(1, Self.batchBytes / stride)
        for from in Swift.stride(from: 0, to: vectors.count, by: batch) {
            let end = min(from + batch, vectors.count)
            try bytes.require(first + from * stride, min((end - from) * stride, bytes.count - first - from * stride))
            for row in from..<end where !finite.holds(start + row * stride) {
                warnings.count("\(field) not finite") {
                    (field, first + row * stride, "vector \(row) holds NaN or infinity")
                }
            }
        }
    }

    /// Looks for labels that stand twice or need more than 53 bits.
    mutating func check(_ labels: NodeLabels, count: Int, in bytes: FileBytes) throws(IndexFileError) {
        var check = LabelCheck(capacity: count)
        switch labels {
        case .unsigned(let start, let stride):
            for node in 0..<count {
                try bytes.require(bytes.offset(of: start) + node * stride, 8)
                check.add((start + node * stride).loadUnaligned(as: UInt64.self))
            }
        case .keys(let base, let offsets):
            for node in 0..<count {
                try bytes.require(bytes.offset(of: base) + offsets[node], 8)
                check.add((base + offsets[node]).loadUnaligned(as: UInt64.self))
            }
        case .mapped(let table, let entries, _):
            try bytes.require(bytes.offset(of: table), entries * 8)
            for entry in 0..<entries {
                check.add(table.loadUnaligned(fromByteOffset: entry * 8, as: Int64.self))
            }
        case .positions, .lists: return
        }
        if let label = check.firstDuplicate() {
            warnings.add("label", "label \(label) stands on more than one vector")
        }
        hasWideLabels = hasWideLabels || check.areWide
    }
}
