public struct AnnoyForest: Sendable {
    static let metrics: Set<Metric> = [.angular, .euclidean, .l1, .dot, .hamming]
    public let count: Int
}
