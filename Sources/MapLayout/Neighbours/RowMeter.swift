internal import CVectorKernels

/// Measures how far rows are from each other, many at a time, with buffers that are used again.
struct RowMeter {
    /// Where rows lie, one after the other.
    ///
    /// `@unchecked Sendable`: nobody writes there while this is used; see `VectorRows.withMemory`.
    struct Memory: @unchecked Sendable {
        fileprivate let base: UnsafeRawPointer
        let count: Int
        let dimension: Int

        @inline(__always)
        func row(_ number: Int) -> UnsafeRawPointer { base + number * dimension * MemoryLayout<Float>.size }
    }

    private let memory: Memory
    private let kernels = annscope_best_kernels()
    private var rows: [UnsafeRawPointer] = []
    /// What was measured last; there may be older values behind.
    private(set) var values: [Float] = []

    init(_ memory: Memory) { self.memory = memory }

    /// The squared distances of rows from another.
    mutating func measureSquares(from row: Int, to others: some Collection<UInt32>) {
        measureSquares(from: memory.row(row).assumingMemoryBound(to: Float.self), to: others)
    }

    /// The squared distances of rows from a vector of as many components.
    mutating func measureSquares(from vector: UnsafePointer<Float>, to others: some Collection<UInt32>) {
        prepare(others)
        kernels.squared_l2(vector, rows, rows.count, memory.dimension, &values)
    }

    /// The products of rows with a vector.
    mutating func measureProducts(with vector: [Float], of others: some Collection<UInt32>) {
        prepare(others)
        kernels.dot(vector, rows, rows.count, memory.dimension, &values)
    }

    /// The squared distances of some of the rows that were prepared from another of them.
    mutating func measureSquares(fromPrepared place: Int, to others: Range<Int>) {
        let dimension = memory.dimension
        rows.withUnsafeBufferPointer { rows in
            guard let start = rows.baseAddress else { return }
            kernels.squared_l2(
                rows[place].assumingMemoryBound(to: Float.self), start + others.lowerBound, others.count, dimension,
                &values)
        }
    }

    /// Makes rows ready to be measured.
    mutating func prepare(_ others: some Collection<UInt32>) {
        rows.removeAll(keepingCapacity: true)
        for other in others { rows.append(memory.row(Int(other))) }
        if values.count < rows.count {
            values.append(contentsOf: repeatElement(0, count: max(rows.count - values.count, values.count)))
        }
    }
}

extension VectorRows {
    /// Lends out where the values lie; nil where there are none.
    func withMemory<Result>(_ body: (RowMeter.Memory?) -> Result) -> Result {
        values.withUnsafeBytes { bytes in
            body(
                bytes.baseAddress.flatMap {
                    values.isEmpty ? nil : RowMeter.Memory(base: $0, count: count, dimension: dimension)
                })
        }
    }
}
