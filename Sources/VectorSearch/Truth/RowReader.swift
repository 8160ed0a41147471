internal import IndexFiles

/// Hands out stored vectors as floats, one at a time, scaled to length 1 where only directions count.
final class RowReader {
    private let vectors: StoredVectors
    private let isOfDirections: Bool
    private let scratch: UnsafeMutablePointer<Float>

    init(_ vectors: StoredVectors, isOfDirections: Bool) {
        self.vectors = vectors
        self.isOfDirections = isOfDirections
        scratch = .allocate(capacity: vectors.dimension)
    }

    deinit { scratch.deallocate() }

    /// The floats of a vector, not aligned, until the next call; nil for a vector that has no direction where one is needed.
    func row(_ node: UInt32) -> UnsafeRawPointer? {
        if !isOfDirections, let row = vectors.floatRow(node) { return row }
        vectors.decode(node, into: scratch)
        guard isOfDirections else { return UnsafeRawPointer(scratch) }
        var square = 0.0
        for place in 0..<vectors.dimension { square += Double(scratch[place]) * Double(scratch[place]) }
        guard square > 0, square.isFinite else { return nil }
        let factor = 1 / square.squareRoot()
        for place in 0..<vectors.dimension { scratch[place] = Float(Double(scratch[place]) * factor) }
        return UnsafeRawPointer(scratch)
    }
}
