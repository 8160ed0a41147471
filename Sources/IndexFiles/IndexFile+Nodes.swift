extension IndexFile {
    /// The vector of a node: `dimension` floats, not aligned. The node must be below `count`.
    public func vector(_ node: UInt32) -> UnsafeRawPointer {
        switch structure {
        case .hnsw(let graph): graph.vector(node)
        case .ivf(let lists): lists.vector(node)
        case .flat(let vectors): vectors.vector(node)
        }
    }

    /// The vector of a node, copied.
    public func vectorComponents(_ node: UInt32) -> [Float] {
        let source = vector(node)
        return (0..<dimension).map { source.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }

    /// The label of a node. The node must be below `count`.
    public func label(_ node: UInt32) -> VectorLabel {
        switch structure {
        case .hnsw(let graph): graph.label(node)
        case .ivf(let lists): lists.label(node)
        case .flat: VectorLabel(node)
        }
    }
}
