/// The header of every Faiss index (`write_index_header`, Faiss 1.6 to 1.15): 33 bytes, 37 for unusual metrics.
struct FaissHeader {
    private static let maxDimension: Int32 = 1 << 20
    /// Metrics beyond inner product (0) and L2 (1): L1, Linf, Lp, Canberra … Gower.
    private static let unusualMetrics: Set<Int32> = [2, 3, 4, 20, 21, 22, 23, 24, 25]

    let dimension: Int
    let ntotal: UInt64
    let isTrained: Bool
    let metric: Metric

    init(_ reader: inout ByteReader) throws(IndexFileError) {
        let start = reader.offset
        let dimension = try reader.read(Int32.self, "d")
        let ntotal = try reader.read(Int64.self, "ntotal")
        _ = try reader.skip(2, elementsOf: 8, "dummy")
        let trained = try reader.read(UInt8.self, "is_trained")
        let metricType = try reader.read(Int32.self, "metric_type")
        guard 1...FaissHeader.maxDimension ~= dimension else {
            throw reader.invalid("d", at: start, "it is \(dimension), and 1 to \(FaissHeader.maxDimension) is allowed")
        }
        guard let count = UInt64(exactly: ntotal) else {
            throw reader.invalid("ntotal", at: start + 4, "it is \(ntotal), and a count can't be negative")
        }
        guard trained <= 1 else {
            throw reader.invalid("is_trained", at: start + 28, "it is \(trained), and 0 or 1 is allowed")
        }
        switch metricType {
        case 0: metric = .innerProduct
        case 1: metric = .l2
        case _ where FaissHeader.unusualMetrics.contains(metricType):
            throw reader.unsupported(
                "metric_type", at: start + 29, "it is \(metricType); inner product (0) and L2 (1) are read")
        default:
            throw reader.invalid("metric_type", at: start + 29, "it is \(metricType), and Faiss has no such metric")
        }
        self.dimension = Int(dimension)
        self.ntotal = count
        isTrained = trained == 1
    }

    /// The fields for people, in file order.
    var fields: [IndexFile.HeaderField] {
        [
            .init(name: "d", value: "\(dimension)"), .init(name: "ntotal", value: "\(ntotal)"),
            .init(name: "is_trained", value: isTrained ? "1" : "0"),
            .init(name: "metric_type", value: metric == .l2 ? "1 (L2)" : "0 (inner product)"),
        ]
    }

    /// Notes hints that the file contradicts; the file wins.
    func compare(_ hints: IndexFileHints, _ warnings: inout WarningList) {
        if let told = hints.dimension, told != dimension {
            warnings.add("d", offset: 4, "the sidecar says \(told) components, and the file \(dimension)")
        }
        if let told = hints.metric, (told == .l2) != (metric == .l2) {
            warnings.add(
                "metric_type", offset: 33, "the sidecar says \(told.rawValue), and the file \(metric.rawValue)")
        }
    }
}
