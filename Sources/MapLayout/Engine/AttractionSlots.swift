internal import CVectorKernels

/// Which nodes draw each node near, in slots: a neighbour has a share of a node's slots in proportion to its weight, so
/// that a layout need not look at weights.
///
/// The weights are UMAP's (McInnes, Healy and Melville 2018, section 3.1), made symmetric by a + b − ab, so that a node
/// is also drawn to those whose neighbour it is.
struct AttractionSlots {
    let count: Int
    /// `slotsPerNode` for each node; the node itself where nothing draws it.
    private(set) var targets: [UInt32]

    static let slotsPerNode = 16
    /// Neighbouring slots are used in one round: neighbours of one kind should not all be there.
    private static let stride = 7
    private static let stretch = 4096

    init(_ table: NeighbourTable, seed: UInt64, team: WorkTeam) {
        count = table.count
        targets = []
        let weights = Self.weights(table, team)
        let (starts, others, shares) = Self.symmetric(table, weights)
        targets = [UInt32](unsafeUninitializedCapacity: count * Self.slotsPerNode) { targets, used in
            used = count * Self.slotsPerNode
            targets.initialize(repeating: 0)
            let targets = PartedMemory(targets)
            let count = count
            team.run((count + Self.stretch - 1) / Self.stretch) { part in
                for node in part * Self.stretch..<min((part + 1) * Self.stretch, count) {
                    Self.fill(targets, node, others, shares, starts[node]..<starts[node + 1], seed)
                }
            }
        }
    }

    private static func weights(_ table: NeighbourTable, _ team: WorkTeam) -> [Float] {
        let set = annscope_kernel_count() - 1
        let width = table.width
        return [Float](unsafeUninitializedCapacity: table.ids.count) { weights, used in
            used = table.ids.count
            weights.initialize(repeating: 0)
            let weights = PartedMemory(weights)
            let count = table.count
            table.squared.withUnsafeBufferPointer { squared in
                let squared = PartedMemory(UnsafeMutableBufferPointer(mutating: squared))
                team.run((count + stretch - 1) / stretch) { part in
                    let first = part * stretch
                    guard let from = squared.buffer.baseAddress, let to = weights.buffer.baseAddress else { return }
                    annscope_weigh_neighbours(
                        set, from + first * width, min(stretch, count - first), width, to + first * width)
                }
            }
        }
    }

    /// The neighbours of each node in both directions, one after the other, each once.
    private static func symmetric(
        _ table: NeighbourTable, _ weights: [Float]
    ) -> (starts: [Int], others: [UInt32], weights: [Float]) {
        let count = table.count
        let width = table.width
        var ends = [Int](repeating: 0, count: count + 1)
        for (place, other) in table.ids.enumerated() where other != .max && weights[place] > 0 {
            ends[place / width + 1] += 1
            ends[Int(other) + 1] += 1
        }
        for node in 0..<count { ends[node + 1] += ends[node] }
        var others = [UInt32](repeating: 0, count: ends[count])
        var both = [Float](repeating: 0, count: ends[count])
        var next = ends
        for (place, other) in table.ids.enumerated() where other != .max && weights[place] > 0 {
            let node = place / width
            others[next[node]] = other
            both[next[node]] = weights[place]
            next[node] += 1
            others[next[Int(other)]] = UInt32(node)
            both[next[Int(other)]] = weights[place]
            next[Int(other)] += 1
        }
        // A pair that is found from both sides stands twice in a row: the two are put together.
        var starts = [Int](repeating: 0, count: count + 1)
        var placeOf = [Int](repeating: -1, count: count)
        var end = 0
        for node in 0..<count {
            let first = end
            for place in ends[node]..<ends[node + 1] {
                let other = Int(others[place])
                let known = placeOf[other]
                if known >= first && known < end && others[known] == others[place] {
                    both[known] = both[known] + both[place] - both[known] * both[place]
                } else {
                    placeOf[other] = end
                    others[end] = others[place]
                    both[end] = both[place]
                    end += 1
                }
            }
            starts[node + 1] = end
        }
        return (starts, others, both)
    }

    /// Divides a node's slots by systematic sampling: at equal distances along the sum of the weights, from a chance start.
    private static func fill(
        _ targets: PartedMemory<UInt32>, _ node: Int, _ others: [UInt32], _ weights: [Float], _ range: Range<Int>,
        _ seed: UInt64
    ) {
        let base = node * slotsPerNode
        var sum: Float = 0
        for place in range { sum += weights[place] }
        guard sum > 0, sum.isFinite, let last = range.last else {
            for slot in 0..<slotsPerNode { targets[base + slot] = UInt32(node) }
            return
        }
        var random = SplitMix64(seed: seed &+ UInt64(node) &* 0x9E37_79B9_7F4A_7C15)
        let start = random.unit()
        var reached: Float = 0
        var slot = 0
        for place in range {
            reached += weights[place] / sum * Float(slotsPerNode)
            while slot < slotsPerNode, Float(slot) + start < reached {
                targets[base + slot * stride % slotsPerNode] = others[place]
                slot += 1
            }
        }
        while slot < slotsPerNode {
            targets[base + slot * stride % slotsPerNode] = others[last]
            slot += 1
        }
    }
}
