/// Pulls linked nodes together and pushes chance pairs apart, by stochastic gradient descent on UMAP's objective with
/// a = b = 1 (McInnes, Healy and Melville 2018, section 3.2), where no power function is needed: so the result is the
/// same on every processor.
struct ForceLayout {
    /// Directed links with weights from 0 to 1, by their source.
    struct Links {
        /// For each node the number of its first link; one more entry closes the last node.
        var starts: [Int] = [0]
        var targets: [UInt32] = []
        var weights: [Float] = []

        private static let leastWeight: Float = 0.2

        mutating func endNode() { starts.append(targets.count) }

        /// Weighs the links of a node: the nearest count almost 1, one at the mean squared distance ½. None counts
        /// less than a fifth, or a node that has a near twin would float away with it, held by nothing else.
        mutating func addNode(_ links: [(row: Int, squared: Float)]) {
            let mean = links.reduce(0) { $0 + $1.squared / Float(links.count) }
            for link in links {
                targets.append(UInt32(link.row))
                let weight = mean > 0 && mean.isFinite ? 1 / (1 + link.squared / mean) : 1
                weights.append(max(weight, Self.leastWeight))
            }
            endNode()
        }
    }

    var x: [Float]
    var y: [Float]

    /// Chance pairs for each link.
    private static let repulsions = 4
    private static let largestStep: Float = 4
    /// What draws every node to the middle in an epoch: parts without a link between them would drift apart for ever.
    private static let gravity: Float = 0.01

    /// - Parameters:
    ///   - rate: the step size at the start; it falls to zero.
    ///   - progress: gets the epochs done; false stops.
    /// - Returns: false when stopped.
    mutating func run(
        _ links: Links, epochs: Int, rate: Float, seed: UInt64, progress: (_ epoch: Int) -> Bool
    ) -> Bool {
        let count = x.count
        guard count > 1, !links.targets.isEmpty else { return true }
        var random = SplitMix64(seed: seed)
        for epoch in 0..<epochs {
            let step = rate * (1 - Float(epoch) / Float(epochs))
            x.withUnsafeMutableBufferPointer { x in
                y.withUnsafeMutableBufferPointer { y in
                    links.targets.withUnsafeBufferPointer { targets in
                        links.weights.withUnsafeBufferPointer { weights in
                            for node in 0..<count {
                                x[node] -= Self.gravity * step * x[node]
                                y[node] -= Self.gravity * step * y[node]
                                for link in links.starts[node]..<links.starts[node + 1] {
                                    Self.attract(x, y, node, Int(targets[link]), step * weights[link])
                                    for _ in 0..<Self.repulsions {
                                        Self.repel(x, y, node, random.below(count), step * weights[link])
                                    }
                                }
                            }
                        }
                    }
                }
            }
            guard progress(epoch + 1) else { return false }
        }
        return true
    }

    @inline(__always)
    private static func attract(
        _ x: UnsafeMutableBufferPointer<Float>, _ y: UnsafeMutableBufferPointer<Float>, _ a: Int, _ b: Int,
        _ step: Float
    ) {
        let dx = x[a] - x[b]
        let dy = y[a] - y[b]
        let force = -2 / (1 + dx * dx + dy * dy) * step
        x[a] += force * dx
        y[a] += force * dy
        x[b] -= force * dx
        y[b] -= force * dy
    }

    @inline(__always)
    private static func repel(
        _ x: UnsafeMutableBufferPointer<Float>, _ y: UnsafeMutableBufferPointer<Float>, _ a: Int, _ b: Int,
        _ step: Float
    ) {
        guard a != b else { return }
        let dx = x[a] - x[b]
        let dy = y[a] - y[b]
        let squared = dx * dx + dy * dy
        let force = 2 / ((0.001 + squared) * (1 + squared))
        // Two nodes at one place are driven apart along the axis of their numbers.
        let alongX = squared > 0 ? force * dx : (a < b ? -largestStep : largestStep)
        x[a] += min(max(alongX, -largestStep), largestStep) * step
        y[a] += min(max(force * dy, -largestStep), largestStep) * step
    }
}
