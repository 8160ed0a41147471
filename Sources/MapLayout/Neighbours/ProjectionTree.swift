/// A random projection tree (Dasgupta and Freund 2008) as LargeVis grows it (Tang et al. 2016, section 3.1): rows are split
/// by the plane halfway between two chance ones until few are left together.
struct ProjectionTree: Sendable {
    /// Every row once; those of a leaf stand together.
    private(set) var order: [UInt32]
    /// Where the leaves are in `order`.
    private(set) var leaves: [Range<Int>] = []

    static let leafSize = 32
    /// Pairs of rows that are tried before a split that leaves nearly all on one side is given up for one by number.
    private static let attempts = 3
    /// A split is good where at least one of so many rows stands on the smaller side: so no tree grows deep.
    private static let leastShare = 16
    /// Rows whose products are taken at a stretch.
    private static let stretch = 1024

    init(_ memory: RowMeter.Memory, seed: UInt64) {
        order = (0..<UInt32(memory.count)).map { $0 }
        var random = SplitMix64(seed: seed)
        var meter = RowMeter(memory)
        var products = [Float](repeating: 0, count: memory.count)
        var normal = [Float](repeating: 0, count: memory.dimension)
        var open = [0..<memory.count]
        while let range = open.popLast() {
            guard range.count > Self.leafSize else {
                leaves.append(range)
                continue
            }
            var middle: Int?
            for _ in 0..<Self.attempts where middle == nil {
                let one = order[range.lowerBound + random.below(range.count)]
                let other = order[range.lowerBound + random.below(range.count)]
                guard let offset = Self.plane(memory, one, other, &normal) else { continue }
                for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.stretch) {
                    let part = start..<min(start + Self.stretch, range.upperBound)
                    meter.measureProducts(with: normal, of: order[part])
                    for place in part { products[Int(order[place])] = meter.values[place - start] }
                }
                // Apart from the order, as a row on the plane itself is on neither side.
                let inside = order[range].filter { products[Int($0)] > offset }
                guard min(inside.count, range.count - inside.count) * Self.leastShare >= range.count else { continue }
                let outside = order[range].filter { !(products[Int($0)] > offset) }
                order.replaceSubrange(range, with: inside + outside)
                middle = range.lowerBound + inside.count
            }
            let split = middle ?? (range.lowerBound + range.count / 2)
            open.append(split..<range.upperBound)
            open.append(range.lowerBound..<split)
        }
    }

    /// The plane halfway between two rows.
    ///
    /// - Returns: its product with its normal; nil where the rows are the same.
    private static func plane(
        _ memory: RowMeter.Memory, _ one: UInt32, _ other: UInt32, _ normal: inout [Float]
    ) -> Float? {
        let a = memory.row(Int(one)).assumingMemoryBound(to: Float.self)
        let b = memory.row(Int(other)).assumingMemoryBound(to: Float.self)
        var offset: Float = 0
        var isSame = true
        for component in 0..<memory.dimension {
            normal[component] = a[component] - b[component]
            isSame = isSame && normal[component] == 0
            offset += normal[component] * (a[component] + b[component]) / 2
        }
        return isSame ? nil : offset
    }
}
