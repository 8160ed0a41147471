internal import CVectorKernels
internal import IndexFiles

/// Compares one query with stored vectors, a batch at a time; coded vectors are decoded first.
final class RowKeys {
    /// Rows of a batch.
    static let capacity = 256

    /// A key for each row of the last batch; see `ExactMeasure`.
    let values = UnsafeMutablePointer<Float>.allocate(capacity: capacity)
    private let rows = UnsafeMutablePointer<UnsafeRawPointer>.allocate(capacity: capacity)
    /// Where coded vectors are decoded to, `decodedRows` at a time; none where all are floats.
    private let decoded: UnsafeMutableBufferPointer<Float>
    private let decodedRows: Int
    private let vectors: StoredVectors
    private let measure: ExactMeasure
    /// The rows, where they lie at a regular distance.
    private let regular: (start: UnsafeRawPointer, stride: Int)?
    private let kernels = annscope_best_kernels()

    let query: [Float]
    private let squaredLength: Double

    init(_ vectors: StoredVectors, _ measure: ExactMeasure, query: [Float]) {
        self.vectors = vectors
        self.measure = measure
        self.query = query
        squaredLength = query.reduce(0) { $0 + Double($1) * Double($1) }
        if vectors.count > 0, let stride = vectors.floatRowBytes, let start = vectors.floatRow(0) {
            regular = (start, stride)
        } else {
            regular = nil
        }
        let areFloats = vectors.count == 0 || vectors.floatRow(0) != nil
        // A quarter of a megabyte at most, and one row at least.
        decodedRows = areFloats ? Self.capacity : max(1, min(Self.capacity, 65_536 / max(1, vectors.dimension)))
        decoded = .allocate(capacity: areFloats ? 0 : decodedRows * vectors.dimension)
    }

    deinit {
        values.deallocate()
        rows.deallocate()
        decoded.deallocate()
    }

    /// Writes the keys of `count` nodes, at most `capacity`, to `values`.
    func compute(_ nodes: UnsafePointer<UInt32>, _ count: Int) {
        for first in stride(from: 0, to: count, by: decodedRows) {
            let size = min(decodedRows, count - first)
            if let regular {
                for place in 0..<size { rows[place] = regular.start + Int(nodes[first + place]) * regular.stride }
            } else {
                for place in 0..<size { rows[place] = row(nodes[first + place], place) }
            }
            compare(size, values + first)
        }
    }

    private func row(_ node: UInt32, _ place: Int) -> UnsafeRawPointer {
        if let row = vectors.floatRow(node) { return row }
        guard let start = decoded.baseAddress else { return UnsafeRawPointer(values) }
        vectors.decode(node, into: start + place * vectors.dimension)
        return UnsafeRawPointer(start + place * vectors.dimension)
    }

    private func compare(_ count: Int, _ keys: UnsafeMutablePointer<Float>) {
        switch measure {
        case .squaredL2: kernels.squared_l2(query, rows, count, query.count, keys)
        case .product:
            kernels.dot(query, rows, count, query.count, keys)
            for place in 0..<count { keys[place] = -keys[place] }
        case .oneMinusProduct:
            kernels.dot(query, rows, count, query.count, keys)
            for place in 0..<count { keys[place] = 1 - keys[place] }
        case .cosine: for place in 0..<count { keys[place] = Float(1 - cosine(rows[place], both: 1)) }
        case .angular: for place in 0..<count { keys[place] = Float(2 - 2 * cosine(rows[place], both: 0)) }
        case .l1: fold(count, keys) { $0 + abs($1 - $2) }
        case .linf: fold(count, keys) { max($0, abs($1 - $2)) }
        case .hamming: fold(count, keys) { $0 + ($1 == $2 ? 0 : 1) }
        case .other(let metric, let argument): compare(count, keys, metric, argument)
        }
    }

    private func compare(_ count: Int, _ keys: UnsafeMutablePointer<Float>, _ metric: Metric, _ argument: Float) {
        guard let plain = metric.plain else { return keys.update(repeating: .nan, count: count) }
        query.withUnsafeBufferPointer { components in
            var asked = annscope_query()
            asked.vector = components.baseAddress
            asked.dimension = components.count
            asked.argument = argument
            asked.factor = measure.largerIsNearer ? -1 : 1
            annscope_plain_kernel(plain)(&asked, rows, count, keys)
        }
    }

    /// The cosine of the angle to the query, in double precision; 0 where one has no length, `both` where both have none.
    private func cosine(_ row: UnsafeRawPointer, both: Double) -> Double {
        var product = 0.0
        var square = 0.0
        for place in 0..<query.count {
            let component = Double(row.loadUnaligned(fromByteOffset: 4 * place, as: Float.self))
            product += component * Double(query[place])
            square += component * component
        }
        if square == 0 || squaredLength == 0 { return square == squaredLength ? both : 0 }
        return product / (square.squareRoot() * squaredLength.squareRoot())
    }

    private func fold(_ count: Int, _ keys: UnsafeMutablePointer<Float>, _ step: (Float, Float, Float) -> Float) {
        for place in 0..<count {
            var value: Float = 0
            for component in 0..<query.count {
                value = step(
                    value, query[component], rows[place].loadUnaligned(fromByteOffset: 4 * component, as: Float.self))
            }
            keys[place] = value
        }
    }
}
