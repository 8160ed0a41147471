extension IndexFile {
    /// The vector of a node as floats, decoded, in the space of the stored vectors (behind all transforms). Zeros where the
    /// file holds no vectors. The node must be below `count`.
    public func vectorComponents(_ node: UInt32) -> [Float] {
        [Float](unsafeUninitializedCapacity: vectors?.dimension ?? dimension) { target, used in
            used = target.count
            guard let start = target.baseAddress else { return }
            start.initialize(repeating: 0, count: target.count)
            vectors?.decode(node, into: start)
        }
    }

    /// True for a node that is never returned.
    public func isDeleted(_ node: UInt32) -> Bool {
        switch structure {
        case .hnsw(let graph): graph.isDeleted(node)
        case .usearch(let graph): graph.isDeleted(node)
        // A number that was left out when the items were added.
        case .forest(let forest): forest.kind(of: node) == .absentItem
        case .flat, .faissHNSW, .nsg, .ivf: false
        }
    }

    /// Nodes marked deleted; nil while nobody has counted them.
    public var deletedCount: Int? {
        switch structure {
        case .hnsw(let graph): graph.deletedCount
        case .usearch(let graph): graph.deletedCount
        case .forest(let forest): forest.absentCount
        case .flat, .faissHNSW, .nsg, .ivf: 0
        }
    }

    /// The label of a node. The node must be below `count`.
    public func label(_ node: UInt32) -> VectorLabel { object.labels.label(node) }
}
