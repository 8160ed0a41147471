/// The header of every Faiss index: `write_index_header` (33 bytes, 37 for unusual metrics), or that of a binary index
/// (faiss/impl/index_write.cpp, Faiss 1.6 to 1.15).
struct FaissHeader {
    private static let maxDimension: Int32 = 1 << 20
    /// Faiss's `MetricType`, by its number.
    private static let metrics: [Int32: (metric: Metric, name: String)] = [
        0: (.innerProduct, "inner product"), 1: (.l2, "L2"), 2: (.l1, "L1"), 3: (.linf, "Linf"), 4: (.lp, "Lp"),
        20: (.canberra, "Canberra"), 21: (.brayCurtis, "BrayCurtis"), 22: (.jensenShannon, "JensenShannon"),
        23: (.jaccard, "Jaccard"), 24: (.nanEuclidean, "NaNEuclidean"), 25: (.gower, "Gower"),
    ]

    /// Byte offset of the first field.
    let start: Int
    let dimension: Int
    let count: Int
    let isTrained: Bool
    let metric: Metric
    let metricArgument: Float
    let metricName: String

    var ntotalOffset: Int { start + 4 }

    init(_ reader: inout ByteReader) throws(IndexFileError) {
        start = reader.offset
        dimension = try Self.dimension(&reader)
        count = try Self.count(&reader)
        _ = try reader.skip(2, elementsOf: 8, "dummy")
        isTrained = try reader.readBool("is_trained")
        let type = try reader.read(Int32.self, "metric_type")
        guard let (metric, name) = Self.metrics[type] else {
            throw reader.invalid("metric_type", at: reader.offset - 4, "it is \(type), and Faiss has no such metric")
        }
        self.metric = metric
        metricName = "\(type) (\(name))"
        metricArgument = type > 1 ? try reader.readFloat("metric_arg") : 0
        guard metricArgument.isFinite else {
            throw reader.invalid("metric_arg", at: reader.offset - 4, "it is \(metricArgument)")
        }
    }

    /// The header of a binary index, whose dimension counts bits.
    init(binary reader: inout ByteReader) throws(IndexFileError) {
        start = reader.offset
        dimension = try Self.dimension(&reader)
        guard dimension % 8 == 0 else {
            throw reader.invalid("d", at: start, "it is \(dimension) bits, and whole bytes are needed")
        }
        let codeSize = try reader.read(Int32.self, "code_size")
        // Faiss 1.7.3 leaves it at 0 around another index.
        guard codeSize == dimension / 8 || codeSize == 0 else {
            throw reader.invalid("code_size", at: start + 4, "it is \(codeSize), and d / 8 is \(dimension / 8)")
        }
        count = try Self.count(&reader)
        isTrained = try reader.readBool("is_trained")
        let type = try reader.read(Int32.self, "metric_type")
        guard Self.metrics[type] != nil else {
            throw reader.invalid("metric_type", at: reader.offset - 4, "it is \(type), and Faiss has no such metric")
        }
        metric = .hamming
        metricName = "\(type) (Hamming in a binary index)"
        metricArgument = 0
    }

    private static func dimension(_ reader: inout ByteReader) throws(IndexFileError) -> Int {
        let dimension = try reader.read(Int32.self, "d")
        guard 1...maxDimension ~= dimension else {
            throw reader.invalid("d", at: reader.offset - 4, "it is \(dimension), and 1 to \(maxDimension) is allowed")
        }
        return Int(dimension)
    }

    private static func count(_ reader: inout ByteReader) throws(IndexFileError) -> Int {
        let ntotal = try reader.read(Int64.self, "ntotal")
        guard ntotal >= 0 else {
            throw reader.invalid("ntotal", at: reader.offset - 8, "it is \(ntotal), and a count can't be negative")
        }
        guard ntotal < Int64(noNode) else {
            throw reader.invalid(
                "ntotal", at: reader.offset - 8, "it is \(ntotal), more vectors than 32-bit node numbers can name")
        }
        return Int(ntotal)
    }
}
