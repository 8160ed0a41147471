internal import CVectorKernels
internal import IndexFiles

/// Measures how long the links of a graph are, with buffers that are used again.
struct LinkMeter {
    private let vectors: StoredVectors?
    private let dimension: Int
    private let kernel = annscope_best_kernels().squared_l2
    private var query: [Float]
    /// Vectors that are stored as codes, decoded.
    private var decoded: [Float] = []
    private var rows: [UnsafeRawPointer] = []
    private var distances: [Float] = []

    init(_ vectors: StoredVectors?, dimension: Int) {
        self.vectors = vectors
        self.dimension = dimension
        query = [Float](repeating: 0, count: dimension)
    }

    /// The squared distance (L2) of each target from a node; zeros where no vectors are stored.
    mutating func squaredDistances(from node: UInt32, to targets: [UInt32]) -> [Float] {
        if distances.count < targets.count { distances = [Float](repeating: 0, count: targets.count) }
        guard let vectors, !targets.isEmpty else { return distances }
        vectors.decode(node, into: &query)
        rows.removeAll(keepingCapacity: true)
        if vectors.floatRow(node) != nil {
            for target in targets { if let row = vectors.floatRow(target) { rows.append(row) } }
            kernel(query, rows, rows.count, dimension, &distances)
            return distances
        }
        if decoded.count < targets.count * dimension {
            decoded = [Float](repeating: 0, count: targets.count * dimension)
        }
        decoded.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            for (place, target) in targets.enumerated() {
                vectors.decode(target, into: start + place * dimension)
                rows.append(UnsafeRawPointer(start + place * dimension))
            }
            kernel(query, rows, rows.count, dimension, &distances)
        }
        return distances
    }
}
