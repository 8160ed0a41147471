public struct AnnoyForest: Sendable {
    static let metrics: Set<Metric> = [.angular, .euclidean, .l1, .dot, .hamming]
    public let count: Int
}

extension AnnoyForest {
    var tableBytes: Int { 0 }
    public var treeCount: Int { 0 }
}
