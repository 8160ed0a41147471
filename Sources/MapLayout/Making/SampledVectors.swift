internal import IndexFiles

/// An index without a graph, of which a sample is laid out and the others are placed among it.
struct SampledVectors: Sendable {
    /// The nodes of the sample come first.
    let nodes: MapNodes
    let sample: Int
    private let rows: RowReader
    /// Chance members of the sample, and the members that are nearest to each.
    private let pivots: [UInt32]
    private let members: [[UInt32]]

    /// Up to so many vectors are all laid out.
    static let maxSample = 20_000
    /// Sampled vectors that place another.
    private static let supporters = 3
    private static let stretch = 512
    /// Stretches between two looks at whether to go on.
    private static let round = 32

    /// Every how many vectors one is in the sample.
    static func step(_ count: Int) -> Int { max(1, (count + maxSample - 1) / maxSample) }

    /// - Returns: nil where no vectors are stored.
    init?(nodes: MapNodes, sample: Int, vectors: StoredVectors?, team: WorkTeam) {
        guard let rows = RowReader(vectors) else { return nil }
        self.nodes = nodes
        self.sample = sample
        self.rows = rows
        let count = max(1, Int(Double(sample).squareRoot()))
        let pivots = (0..<count).map { nodes.order[$0 * sample / count] }
        self.pivots = pivots
        var nearest = [UInt32](repeating: 0, count: sample)
        nearest.withUnsafeMutableBufferPointer { nearest in
            let nearest = PartedMemory(nearest)
            team.run((sample + Self.stretch - 1) / Self.stretch) { part in
                var meter = RowReader.Meter(rows)
                for place in part * Self.stretch..<min((part + 1) * Self.stretch, sample) {
                    pivots.withUnsafeBufferPointer { meter.measure(from: nodes.order[place], to: $0) }
                    nearest[place] = UInt32(Self.least(meter.values, pivots.count, 1).first ?? 0)
                }
            }
        }
        var members = [[UInt32]](repeating: [], count: count)
        for (place, pivot) in nearest.enumerated() { members[Int(pivot)].append(UInt32(place)) }
        self.members = members
    }

    /// The places of all vectors: those of the sample as they are, the others at the nearest of the sample.
    ///
    /// - Parameter progress: gets the vectors done since the last call; returning false stops.
    /// - Returns: nil when stopped.
    func places(
        _ layout: ForceLayout, seed: UInt64, team: WorkTeam, progress: (Int) -> Bool
    ) -> ForceLayout? {
        var isStopped = false
        let count = nodes.order.count
        var x = (0..<count).map { $0 < sample ? layout.x($0) : 0 }
        var y = (0..<count).map { $0 < sample ? layout.y($0) : 0 }
        x.withUnsafeMutableBufferPointer { x in
            y.withUnsafeMutableBufferPointer { y in
                let x = PartedMemory(x)
                let y = PartedMemory(y)
                let parts = (count - sample + Self.stretch - 1) / Self.stretch
                for first in stride(from: 0, to: parts, by: Self.round) where !isStopped {
                    let last = min(first + Self.round, parts)
                    team.run(last - first) { part in
                        let start = sample + (first + part) * Self.stretch
                        fill(start..<min(start + Self.stretch, count), layout, seed, x, y)
                    }
                    isStopped = !progress(min(sample + last * Self.stretch, count) - sample - first * Self.stretch)
                }
            }
        }
        return isStopped ? nil : ForceLayout(x: x, y: y)
    }

    private func fill(
        _ range: Range<Int>, _ layout: ForceLayout, _ seed: UInt64, _ x: PartedMemory<Float>, _ y: PartedMemory<Float>
    ) {
        var meter = RowReader.Meter(rows)
        var candidates: [UInt32] = []
        for place in range {
            let node = nodes.order[place]
            pivots.withUnsafeBufferPointer { meter.measure(from: node, to: $0) }
            candidates.removeAll(keepingCapacity: true)
            for pivot in Self.least(meter.values, pivots.count, 2) { candidates += members[pivot] }
            candidates.map { nodes.order[Int($0)] }.withUnsafeBufferPointer {
                meter.measure(from: node, to: $0)
            }
            var random = SplitMix64(seed: seed &+ UInt64(place) &* 0xA24B_AED4_963E_E407)
            var sum: (x: Float, y: Float) = (random.unit() - 0.5, random.unit() - 0.5)
            let near = Self.least(meter.values, candidates.count, Self.supporters)
            sum = (sum.x * 0.4, sum.y * 0.4)
            for number in near {
                sum.x += layout.x(Int(candidates[number])) / Float(near.count)
                sum.y += layout.y(Int(candidates[number])) / Float(near.count)
            }
            x[place] = sum.x
            y[place] = sum.y
        }
    }

    /// The numbers of the least values, at most four, the least first.
    private static func least(_ values: [Float], _ count: Int, _ wanted: Int) -> [Int] {
        var best: [Int] = []
        for number in 0..<count {
            if best.count == wanted, let last = best.last, values[number] >= values[last] { continue }
            best.insert(number, at: best.firstIndex { values[$0] > values[number] } ?? best.count)
            if best.count > wanted { best.removeLast() }
        }
        return best
    }
}
