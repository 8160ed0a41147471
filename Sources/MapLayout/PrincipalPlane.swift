/// The plane in which vectors vary most: their first two principal components (Pearson 1901), found by power iteration.
struct PrincipalPlane {
    private let mean: [Float]
    private let axes: [[Float]]
    /// The part of the vectors' variance that lies in the plane, 0 to 1.
    let explained: Float

    private static let maxIterations = 100

    /// - Parameter rows: at least one.
    init(_ rows: VectorRows, seed: UInt64) {
        let dimension = rows.dimension
        var centred = rows.values
        var mean = [Float](repeating: 0, count: dimension)
        let share = 1 / Float(max(rows.count, 1))
        centred.withUnsafeMutableBufferPointer { values in
            for row in 0..<rows.count {
                for component in 0..<dimension { mean[component] += values[row * dimension + component] * share }
            }
            // One more pass takes away what rounding left of the mean.
            for row in 0..<rows.count {
                for component in 0..<dimension { values[row * dimension + component] -= mean[component] }
            }
        }
        self.mean = mean
        var total: Double = 0
        for value in centred { total += Double(value) * Double(value) }
        var random = SplitMix64(seed: seed)
        var axes: [[Float]] = []
        var kept: Double = 0
        for _ in 0..<2 {
            let (axis, variance) = Self.principalAxis(centred, rows.count, dimension, besides: axes, &random)
            axes.append(axis)
            kept += variance
        }
        self.axes = axes
        explained = total > 0 ? Float(min(1, kept / total)) : 1
    }

    func project(_ vector: UnsafePointer<Float>) -> (x: Float, y: Float) {
        var x: Float = 0
        var y: Float = 0
        for component in mean.indices {
            let value = vector[component] - mean[component]
            x += value * axes[0][component]
            y += value * axes[1][component]
        }
        return (x, y)
    }

    func project(_ rows: VectorRows) -> (x: [Float], y: [Float]) {
        var x = [Float](repeating: 0, count: rows.count)
        var y = x
        rows.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            for row in 0..<rows.count { (x[row], y[row]) = project(base + row * rows.dimension) }
        }
        return (x, y)
    }

    /// The direction of the largest variance that is at right angles to the others, and the sum of squares along it.
    private static func principalAxis(
        _ rows: [Float], _ count: Int, _ dimension: Int, besides others: [[Float]], _ random: inout SplitMix64
    ) -> ([Float], Double) {
        var axis = (0..<dimension).map { _ in random.unit() - 0.5 }
        makeUnit(&axis, besides: others)
        var variance: Double = 0
        var next = [Float](repeating: 0, count: dimension)
        for _ in 0..<maxIterations {
            for component in 0..<dimension { next[component] = 0 }
            var sum: Double = 0
            rows.withUnsafeBufferPointer { rows in
                axis.withUnsafeBufferPointer { axis in
                    next.withUnsafeMutableBufferPointer { next in
                        for row in 0..<count {
                            let start = row * dimension
                            var dot: Float = 0
                            for component in 0..<dimension { dot += rows[start + component] * axis[component] }
                            sum += Double(dot) * Double(dot)
                            for component in 0..<dimension { next[component] += dot * rows[start + component] }
                        }
                    }
                }
            }
            guard makeUnit(&next, besides: others) else { return (axis, 0) }
            var change: Float = 0
            for component in 0..<dimension { change = max(change, abs(next[component] - axis[component])) }
            axis = next
            variance = sum
            if change < 1e-5 { break }
        }
        // An axis has no sign of its own: the largest component points up, so that every start draws the same picture.
        let largest = axis.max { abs($0) < abs($1) } ?? 0
        if largest < 0 { for component in axis.indices { axis[component] = -axis[component] } }
        return (axis, variance)
    }

    /// - Returns: false when nothing is left of the vector.
    @discardableResult
    private static func makeUnit(_ vector: inout [Float], besides others: [[Float]]) -> Bool {
        for other in others {
            var dot: Float = 0
            for component in vector.indices { dot += vector[component] * other[component] }
            for component in vector.indices { vector[component] -= dot * other[component] }
        }
        var sum: Double = 0
        for value in vector { sum += Double(value) * Double(value) }
        guard sum > 0, sum.isFinite else { return false }
        // The inverse of a tiny length is no Float.
        let length = sum.squareRoot()
        for component in vector.indices { vector[component] = Float(Double(vector[component]) / length) }
        return true
    }
}
