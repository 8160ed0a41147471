internal import CVectorKernels
internal import IndexFiles

/// A byte for each component of each vector, and how far off it is: a quarter of the memory to scan, and a bound that
/// never rules out a neighbour.
///
/// A code stands for the vector less a common centre, in a scale of its own, so that vectors of any length and place are
/// told apart. `@unchecked Sendable`: written while it is made and never after.
final class VectorCodes: @unchecked Sendable {
    let count: Int
    /// Bytes from one code to the next.
    let rowBytes: Int
    let codes: UnsafeMutablePointer<UInt8>
    let scales: UnsafeMutablePointer<Float>
    /// For distances the squared length of what a code stands for, rounded down; for products the length, rounded up.
    let norms: UnsafeMutablePointer<Float>
    /// Upper bounds of what a code is off by; for products with what a float product is rounded by, for a query of length 1.
    let errors: UnsafeMutablePointer<Float>
    let centre: [Float]

    /// Vectors that are looked at for the centre.
    private static let sampleCount = 4096
    /// Vectors between two looks at `isCancelled`.
    private static let sliceRows = 256

    static func rowBytes(dimension: Int) -> Int {
        (dimension + Int(ANNSCOPE_CODE_ALIGNMENT) - 1) / Int(ANNSCOPE_CODE_ALIGNMENT) * Int(ANNSCOPE_CODE_ALIGNMENT)
    }

    /// Memory for so many vectors.
    static func byteCount(count: Int, dimension: Int) -> Int { count * (rowBytes(dimension: dimension) + 12) }

    var columns: annscope_code_columns { annscope_code_columns(scales: scales, norms: norms, errors: errors) }

    private init(count: Int, rowBytes: Int, centre: [Float]) {
        self.count = count
        self.rowBytes = rowBytes
        self.centre = centre
        codes = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count * rowBytes), alignment: Int(ANNSCOPE_CODE_ALIGNMENT)
        ).bindMemory(to: UInt8.self, capacity: count * rowBytes)
        scales = .allocate(capacity: count)
        norms = .allocate(capacity: count)
        errors = .allocate(capacity: count)
    }

    deinit {
        UnsafeMutableRawPointer(codes).deallocate()
        scales.deallocate()
        norms.deallocate()
        errors.deallocate()
    }

    /// Codes every vector.
    ///
    /// - Parameters:
    ///   - isCancelled: asked every few hundred vectors.
    ///   - progress: called as often, with the vectors done and their number.
    /// - Returns: nil when cancelled.
    static func make(
        _ vectors: StoredVectors, _ measure: ExactMeasure, isCancelled: () -> Bool, progress: (Int, Int) -> Void
    ) -> VectorCodes? {
        let reader = RowReader(vectors, isOfDirections: measure.isOfDirections)
        guard let centre = centre(reader, vectors, isCancelled) else { return nil }
        let made = VectorCodes(
            count: vectors.count, rowBytes: rowBytes(dimension: vectors.dimension), centre: centre)
        for first in stride(from: 0, to: made.count, by: sliceRows) {
            if isCancelled() { return nil }
            let end = min(first + sliceRows, made.count)
            for node in first..<end { made.encode(node, reader.row(UInt32(node)), measure) }
            progress(end, made.count)
        }
        return made
    }

    /// The mean of a sample; what is not finite counts as 0.
    private static func centre(_ reader: RowReader, _ vectors: StoredVectors, _ isCancelled: () -> Bool) -> [Float]? {
        var sums = [Double](repeating: 0, count: vectors.dimension)
        let step = max(1, vectors.count / sampleCount)
        var taken = 0
        for node in stride(from: 0, to: vectors.count, by: step) {
            if taken % sliceRows == 0, isCancelled() { return nil }
            taken += 1
            guard let row = reader.row(UInt32(node)) else { continue }
            for place in 0..<vectors.dimension {
                sums[place] += Double(row.loadUnaligned(fromByteOffset: 4 * place, as: Float.self))
            }
        }
        return sums.map { sum in
            let mean = Float(sum / Double(max(1, taken)))
            return mean.isFinite ? mean : 0
        }
    }

    private func encode(_ node: Int, _ row: UnsafeRawPointer?, _ measure: ExactMeasure) {
        let code = codes + node * rowBytes
        // Without a direction: compared by itself.
        guard let row else {
            code.initialize(repeating: 128, count: rowBytes)
            (scales[node], norms[node], errors[node]) = (0, 0, .infinity)
            return
        }
        let facts = annscope_encode_row(row, centre, centre.count, rowBytes, code)
        scales[node] = facts.scale
        if case .squaredL2 = measure {
            norms[node] = facts.squared_norm * (1 - 0x1p-19)
            errors[node] = facts.error
        } else {
            norms[node] = facts.squared_norm.squareRoot() * (1 + 0x1p-20)
            errors[node] = (facts.error + facts.length * Self.rounding(dimension: centre.count)) * (1 + 0x1p-20)
        }
    }

    /// More than the relative rounding of a sum of so many products, in any order.
    static func rounding(dimension: Int) -> Float { Float(dimension + 16) * 0x1p-23 }
}
