/// How Annoy lays out a node, which follows from metric and dimension alone (annoylib.h and annoymodule.cc, Annoy 1.17).
struct AnnoyLayout {
    let metric: Metric
    /// Components of a vector.
    let dimension: Int
    /// Bytes from the start of a node to its children, and to the ids of a bucket, which run on over the vector.
    let childrenOffset: Int
    /// Bytes from the start of a node to its vector.
    let vectorOffset: Int
    /// Bytes of a vector.
    let vectorBytes: Int

    /// Bytes from one node to the next.
    var nodeBytes: Int { vectorOffset + vectorBytes }
    /// Ids that fit into a node without children (`_K`).
    var bucketCapacity: Int { (nodeBytes - childrenOffset) / 4 }
    var encoding: VectorEncoding { metric == .hamming ? .bits : .float32 }

    /// The most components that a sidecar can tell.
    static let maxDimension = 65_536
    /// Metrics in Annoy's own spelling.
    static let names: [(metric: Metric, name: String)] = [
        (.angular, "angular"), (.euclidean, "euclidean"), (.l1, "manhattan"), (.dot, "dot"), (.hamming, "hamming"),
    ]

    /// nil for a metric that Annoy does not have, and for no sensible dimension.
    init?(_ metric: Metric, dimension: Int) {
        guard 1...Self.maxDimension ~= dimension else { return nil }
        self.metric = metric
        self.dimension = dimension
        switch metric {
        // The length of an item's vector shares the children's place.
        case .angular: (childrenOffset, vectorOffset) = (4, 12)
        // A component more, `dot_factor`, stands before the vector.
        case .dot: (childrenOffset, vectorOffset) = (4, 16)
        // The plane's distance from the origin stands before the children.
        case .euclidean, .l1: (childrenOffset, vectorOffset) = (8, 16)
        // The vector has 64-bit words, which the compiler aligns.
        case .hamming: (childrenOffset, vectorOffset) = (4, 16)
        default: return nil
        }
        vectorBytes = metric == .hamming ? (dimension + 63) / 64 * 8 : dimension * 4
    }

    /// For people, as a sidecar says it: "euclidean, dimension 8".
    var description: String {
        let name = Self.names.first { $0.metric == metric }?.name ?? metric.rawValue
        return metric.rawValue + (name == metric.rawValue ? "" : " (\(name))") + ", dimension \(dimension)"
    }

    /// Layouts with which a file would be a sound forest: of the same metric if there are any, otherwise of the others.
    ///
    /// - Parameter most: more are not looked for.
    func alternatives(_ bytes: FileBytes, most: Int) -> [AnnoyLayout] {
        let same = Self.fitting(bytes, metric, most: most)
        if !same.isEmpty { return same }
        return Array(
            Self.names.filter { $0.metric != metric }.flatMap { Self.fitting(bytes, $0.metric, most: most) }.prefix(
                most))
    }

    private static func fitting(_ bytes: FileBytes, _ metric: Metric, most: Int) -> [AnnoyLayout] {
        var found: [AnnoyLayout] = []
        // All dimensions of a hamming index that end in the same word have the same layout.
        for dimension in stride(
            from: metric == .hamming ? 64 : 1, through: maxDimension, by: metric == .hamming ? 64 : 1)
        {
            guard found.count < most, let layout = AnnoyLayout(metric, dimension: dimension) else { break }
            guard layout.nodeBytes <= bytes.count else { break }
            if bytes.count % layout.nodeBytes == 0, (try? AnnoyForest(layout, bytes)) != nil { found.append(layout) }
        }
        return found
    }
}
