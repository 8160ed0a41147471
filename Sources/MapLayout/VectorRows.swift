internal import CVectorKernels
internal import IndexFiles

/// Rows of floats in memory of their own: finite, and small enough that no square overflows.
struct VectorRows {
    private(set) var count: Int
    let dimension: Int
    private(set) var values: [Float]

    /// Larger components are cut off, so that sums of squares stay finite.
    private static let largest: Float = 1e15

    /// The stored vectors of some nodes, decoded; zeros where there are none.
    ///
    /// - Parameter node: gives the node of each row.
    init(_ vectors: StoredVectors?, count: Int, dimension: Int, node: (Int) -> UInt32) {
        self.count = count
        self.dimension = dimension
        values = [Float](unsafeUninitializedCapacity: count * dimension) { target, used in
            used = count * dimension
            target.initialize(repeating: 0)
            guard let vectors, vectors.dimension == dimension, let start = target.baseAddress else { return }
            for number in 0..<count { vectors.decode(node(number), into: start + number * dimension) }
            for place in target.indices { target[place] = Self.bounded(target[place]) }
        }
    }

    /// One row.
    init(_ vector: [Float]) {
        count = 1
        dimension = vector.count
        values = vector.map(Self.bounded)
    }

    /// Rows one after the other.
    ///
    /// - Parameter values: `count` times `dimension`.
    init(count: Int, dimension: Int, values: [Float]) {
        precondition(values.count == count * dimension)
        self.count = count
        self.dimension = dimension
        self.values = values.map(Self.bounded)
    }

    private static func bounded(_ value: Float) -> Float { value.isFinite ? min(max(value, -largest), largest) : 0 }

    /// Some of the rows.
    func rows(_ numbers: [Int]) -> VectorRows {
        var some = self
        some.count = numbers.count
        some.values = numbers.flatMap { values[$0 * dimension..<($0 + 1) * dimension] }
        return some
    }

    /// The squared distance of each row from a vector.
    func squaredDistances(from vector: [Float], _ kernel: annscope_rows_kernel) -> [Float] {
        var distances = [Float](repeating: 0, count: count)
        values.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            kernel(vector, (0..<count).map { base + $0 * dimension * 4 }, count, dimension, &distances)
        }
        return distances
    }

    /// For each row its nearest others (squared L2), nearest first; ties by number. Compares every pair.
    func nearest(_ wanted: Int) -> [[(row: Int, squared: Float)]] {
        let kernel = annscope_best_kernels().squared_l2
        return values.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return [] }
            let rows = (0..<count).map { base + $0 * dimension * 4 }
            var distances = [Float](repeating: 0, count: count)
            return (0..<count).map { row in
                kernel(rows[row].assumingMemoryBound(to: Float.self), rows, count, dimension, &distances)
                var best: [(row: Int, squared: Float)] = []
                for other in 0..<count where other != row {
                    let squared = distances[other]
                    if best.count == wanted, let last = best.last, squared >= last.squared { continue }
                    best.insert((other, squared), at: best.firstIndex { $0.squared > squared } ?? best.count)
                    if best.count > wanted { best.removeLast() }
                }
                return best
            }
        }
    }
}
