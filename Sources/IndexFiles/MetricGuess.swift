/// A guess at the metric of a file that does not store it.
struct MetricGuess {
    let metric: Metric
    let reason: String

    /// How far a length may be from 1 and still count as normalised in 32-bit floats.
    private static let tolerance = 1e-5
    private static let sampleSize = 200

    /// Vectors that all have length 1 were normalised, which hnswlib does for its `cosine` space; otherwise `l2`, the
    /// most common space, although `ip` is possible.
    /// - Parameter vector: gives the address of `dimension` floats for each node below `count`.
    init(count: Int, dimension: Int, vector: (UInt32) -> UnsafeRawPointer) {
        guard count > 0 else {
            metric = .l2
            reason = "the index is empty, so nothing shows its metric"
            return
        }
        let samples = min(count, MetricGuess.sampleSize)
        var shortest = Double.infinity
        var longest = 0.0
        for sample in 0..<samples {
            let floats = vector(UInt32(sample * count / samples))
            var sum = 0.0
            for position in 0..<dimension {
                let component = Double(floats.loadUnaligned(fromByteOffset: position * 4, as: Float.self))
                sum += component * component
            }
            let length = sum.squareRoot()
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
