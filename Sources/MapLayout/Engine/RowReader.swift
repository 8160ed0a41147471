internal import CVectorKernels
internal import IndexFiles

/// Where the vectors of an index can be read as rows of floats: in the file's memory where they are stored as floats, else
/// decoded.
///
/// `@unchecked Sendable`: all of it is only read once it is made.
final class RowReader: @unchecked Sendable {
    let dimension: Int
    private let vectors: StoredVectors
    private let isPlain: Bool
    private let decoded: VectorRows?

    /// Coded vectors of up to so many components in all are decoded once, into 4 bytes each; more of them each time.
    private static let maxDecoded = 1 << 26

    /// - Returns: nil where no vectors are stored.
    init?(_ vectors: StoredVectors?) {
        guard let vectors, vectors.count > 0, vectors.dimension > 0 else { return nil }
        self.vectors = vectors
        dimension = vectors.dimension
        isPlain = vectors.floatRow(0) != nil
        decoded =
            !isPlain && vectors.count <= Self.maxDecoded / vectors.dimension
            ? VectorRows(vectors, count: vectors.count, dimension: vectors.dimension) { UInt32($0) } : nil
    }

    /// Measures squared distances (L2) from one node to others, with buffers that are used again. Each thread has its own.
    struct Meter {
        private let reader: RowReader
        private let kernel = annscope_best_kernels().squared_l2
        private var rows: [UnsafeRawPointer] = []
        private var scratch: [Float] = []
        private var query: [Float]
        /// What was measured last; there may be older values behind. An undefined distance is as far as can be.
        private(set) var values: [Float] = []

        init(_ reader: RowReader) {
            self.reader = reader
            query = Array(repeating: 0, count: reader.dimension)
        }

        /// Puts the distance of each of the others into `values`. All nodes are below the number of vectors.
        mutating func measure(from node: UInt32, to others: UnsafeBufferPointer<UInt32>) {
            if values.count < others.count { values = Array(repeating: 0, count: max(others.count, 64)) }
            guard !others.isEmpty else { return }
            rows.removeAll(keepingCapacity: true)
            reader.vectors.decode(node, into: &query)
            if reader.isPlain {
                for other in others { if let row = reader.vectors.floatRow(other) { rows.append(row) } }
                guard rows.count == others.count else { return forgetAll(others.count) }
                kernel(query, rows, rows.count, reader.dimension, &values)
            } else if let decoded = reader.decoded {
                decoded.values.withUnsafeBytes { bytes in
                    guard let base = bytes.baseAddress else { return }
                    for other in others { rows.append(base + Int(other) * reader.dimension * 4) }
                    kernel(query, rows, rows.count, reader.dimension, &values)
                }
            } else {
                measureDecoding(others)
            }
            for place in 0..<others.count where !(values[place] < .greatestFiniteMagnitude) {
                values[place] = .greatestFiniteMagnitude
            }
        }

        private mutating func measureDecoding(_ others: UnsafeBufferPointer<UInt32>) {
            let dimension = reader.dimension
            if scratch.count < others.count * dimension {
                scratch = Array(repeating: 0, count: others.count * dimension)
            }
            scratch.withUnsafeMutableBufferPointer { scratch in
                guard let base = scratch.baseAddress else { return }
                for (place, other) in others.enumerated() {
                    reader.vectors.decode(other, into: base + place * dimension)
                    rows.append(UnsafeRawPointer(base + place * dimension))
                }
                kernel(query, rows, rows.count, dimension, &values)
            }
        }

        private mutating func forgetAll(_ count: Int) {
            for place in 0..<count { values[place] = .greatestFiniteMagnitude }
        }
    }
}
