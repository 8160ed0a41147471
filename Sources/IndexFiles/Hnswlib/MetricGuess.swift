/// A guess at the metric of a file that does not store it.
struct MetricGuess {
    let metric: Metric
    let reason: String

    /// How far a length may be from 1 and still count as normalised in 32-bit floats.
    private static let tolerance = 1e-5
    private static let sampleSize = 200

    /// Vectors that all have length 1 were normalised, which hnswlib does for its `cosine` space; otherwise `l2`, the
    /// most common space, although `ip` is possible.
    init(_ vectors: StoredVectors?) {
        guard let vectors, vectors.count > 0 else {
            metric = .l2
            reason = "the index is empty, so nothing shows its metric"
            return
        }
        let samples = min(vectors.count, MetricGuess.sampleSize)
        var shortest = Double.infinity
        var longest = 0.0
        var components = [Float](repeating: 0, count: vectors.dimension)
        for sample in 0..<samples {
            vectors.decode(UInt32(sample * vectors.count / samples), into: &components)
            let length = components.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            // NaN compares false with everything; it must not pass for normalised.
            if !length.isFinite { longest = .infinity }
            shortest = min(shortest, length)
            longest = max(longest, length)
        }
        if shortest >= 1 - MetricGuess.tolerance, longest <= 1 + MetricGuess.tolerance {
            metric = .cosine
            reason = "all \(samples) sampled vectors have length 1"
        } else {
            metric = .l2
            reason =
                "the \(samples) sampled vectors have lengths from \(shortest) to \(longest), so they were not normalised"
        }
    }
}
