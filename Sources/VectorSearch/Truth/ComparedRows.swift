internal import IndexFiles

/// The vectors that exact neighbours are found among: those of the index, or, where results are ranked again by another
/// index over the same vectors (`IndexRefine`), those of that one.
struct ComparedRows: Sendable {
    let vectors: StoredVectors
    /// The index's node of each row; nil where it is the row's number.
    private let nodes: [UInt32]?
    /// They are compared with the query as it was asked, not behind the index's transforms.
    let seeQueryAsAsked: Bool

    /// nil where the file holds no vectors.
    init?(_ index: IndexFile) {
        if let refined = Self(refining: index) {
            self = refined
            return
        }
        guard let vectors = index.vectors else { return nil }
        self.vectors = vectors
        nodes = nil
        seeQueryAsAsked = false
    }

    /// nil where the finer index does not number its vectors by the ids of the index it refines.
    private init?(refining index: IndexFile) {
        let wrappers = index.object.wrappers.drop { if case .labels = $0 { true } else { false } }
        guard case .refine(let finer, _)? = wrappers.first, let vectors = finer.vectors, finer.labels.arePositions,
            vectors.count == index.count,
            !wrappers.dropFirst().contains(where: { if case .labels = $0 { true } else { false } })
        else { return nil }
        self.vectors = vectors
        seeQueryAsAsked = true
        guard case .ivf(let lists) = index.structure else {
            nodes = nil
            return
        }
        var nodes = [UInt32](repeating: 0, count: index.count)
        for node in 0..<UInt32(index.count) {
            let id = lists.places.id(node)
            guard id >= 0, id < Int64(nodes.count) else { return nil }
            nodes[Int(id)] = node
        }
        self.nodes = nodes
    }

    @inline(__always)
    func node(_ row: UInt32) -> UInt32 { nodes?[Int(row)] ?? row }

    /// The rows of some nodes.
    func rows(of some: [UInt32]) -> [UInt32] {
        guard let nodes else { return some }
        let wanted = Set(some)
        var rows: [UInt32: UInt32] = [:]
        for (row, node) in nodes.enumerated() where wanted.contains(node) { rows[node] = UInt32(row) }
        return some.map { rows[$0] ?? 0 }
    }
}
