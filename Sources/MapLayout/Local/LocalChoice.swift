/// Which candidates of a search are drawn.
struct LocalChoice {
    private(set) var nodes: [UInt32] = []
    /// As measured, the first of each node; finite, and small enough that sums of squares are.
    private(set) var distances: [Float] = []
    private(set) var isSampled = false

    private static let largest: Float = 1e15

    /// - Parameters:
    ///   - below: nodes from here on do not exist.
    ///   - results: the first so many are drawn whatever their distance.
    init(nodes: [UInt32], distances: [Float], below: Int, results: Int, form: DistanceForm, most: Int) {
        var seen: Set<UInt32> = []
        var chosen: [(node: UInt32, distance: Float)] = []
        var kept = 0
        for (number, (node, distance)) in zip(nodes, distances).enumerated() where Int(node) < below {
            guard !distance.isNaN, seen.insert(node).inserted else { continue }
            chosen.append((node, min(max(distance, -Self.largest), Self.largest)))
            if number < results, kept < most { kept += 1 }
        }
        chosen[kept...].sort { (form.length($0.distance), $0.node) < (form.length($1.distance), $1.node) }
        isSampled = chosen.count > most
        self.nodes = chosen.prefix(most).map(\.node)
        self.distances = chosen.prefix(most).map(\.distance)
    }
}
