internal import CVectorKernels
internal import IndexFiles

/// Distances from one query to many rows, by the library's definition.
struct Distances {
    private let kernel: annscope_rows_kernel
    /// The inner product's distance is 1 − dot in hnswlib and its relatives; Faiss returns the dot product.
    private let isOneMinusDot: Bool
    private(set) var query: [Float]
    private var rows: [UnsafeRawPointer] = []
    private(set) var values: [Float] = []

    private static let kernels = annscope_best_kernels()

    /// - Parameter query: as the user gave it; for `cosine` it is normalised as hnswlib's Python binding does.
    init(_ index: IndexFile, query: [Float]) {
        kernel = index.metric == .l2 ? Self.kernels.squared_l2 : Self.kernels.dot
        isOneMinusDot = index.metric != .l2 && index.library != .faiss
        self.query = index.metric == .cosine ? Self.normalised(query) : query
    }

    private static func normalised(_ vector: [Float]) -> [Float] {
        var sum: Float = 0
        for component in vector { sum += component * component }
        let factor = 1 / (sum.squareRoot() + 1e-30)
        return vector.map { $0 * factor }
    }

    mutating func beginBatch() { rows.removeAll(keepingCapacity: true) }

    mutating func add(_ row: UnsafeRawPointer) { rows.append(row) }

    /// Computes `values`, one for each row since `beginBatch`.
    mutating func compute() {
        let count = rows.count
        if values.count < count { values += [Float](repeating: 0, count: count - values.count) }
        kernel(query, rows, count, query.count, &values)
        if isOneMinusDot { for place in 0..<count { values[place] = 1 - values[place] } }
    }

    mutating func distance(to row: UnsafeRawPointer) -> Float {
        beginBatch()
        add(row)
        compute()
        return values[0]
    }
}
