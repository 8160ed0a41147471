internal import Glibc

/// Reads hnswlib's `HierarchicalNSW::saveIndex` (hnswlib/hnswalg.h, the same bytes in 0.2 to 0.8) and checks every link,
/// which hnswlib's own loader does not.
struct HNSWReader {
    private var reader: ByteReader
    private let hints: IndexFileHints
    private var warnings = WarningList()

    private var capacity: UInt64 = 0
    private var count = 0
    private var recordBytes = 0
    private var labelOffset = 0
    private var vectorOffset = 0
    private var maxLevel: Int32 = 0
    private var entryPoint: UInt32 = 0
    private var maxM = 0
    private var maxM0 = 0
    private var M: UInt64 = 0
    private var mult = 0.0
    private var efConstruction: UInt64 = 0
    private var nodesPerLevel: [Int] = []
    private var deletedCount = 0
    private var hasWideLabels = false

    private static let headerBytes = 96

    static func read(_ bytes: FileBytes, path: String, hints: IndexFileHints) throws(IndexFileError) -> IndexFile {
        var reader = HNSWReader(reader: ByteReader(bytes, path: path), hints: hints)
        return try reader.read()
    }

    private init(reader: ByteReader, hints: IndexFileHints) {
        self.reader = reader
        self.hints = hints
    }

    private mutating func read() throws(IndexFileError) -> IndexFile {
        try readHeader()
        let upperOffsets = try readUpperOffsets()
        let graph = HNSWGraph(
            bytes: reader.bytes, count: count, M: Int(clamping: M), maxM: maxM, maxM0: maxM0,
            efConstruction: efConstruction, maxLevel: Int(maxLevel), entryPoint: entryPoint, deletedCount: 0,
            nodesPerLevel: [], level0Offset: Self.headerBytes, recordBytes: recordBytes, vectorOffset: vectorOffset,
            labelOffset: labelOffset, upperOffsets: upperOffsets)
        try checkLevels(graph)
        for node in 0..<UInt32(count) { try checkNode(node, graph) }
        checkLabels(graph)
        let dimension = try dimension()
        checkVectors(graph, dimension)
        let metric = Self.metric(of: graph, dimension: dimension, hints: hints)
        let checked = HNSWGraph(
            bytes: graph.bytes, count: count, M: graph.M, maxM: maxM, maxM0: maxM0, efConstruction: efConstruction,
            maxLevel: graph.maxLevel, entryPoint: entryPoint, deletedCount: deletedCount,
            nodesPerLevel: nodesPerLevel, level0Offset: graph.level0Offset, recordBytes: recordBytes,
            vectorOffset: vectorOffset, labelOffset: labelOffset, upperOffsets: upperOffsets)
        return IndexFile(
            path: reader.path, library: .hnswlib, structure: .hnsw(checked), metric: metric.metric,
            metricIsGuessed: metric.isGuessed, metricReason: metric.reason, dimension: dimension,
            header: headerFields(),
            warnings: warnings.list, byteCount: reader.bytes.count, hasWideLabels: hasWideLabels)
    }

    private mutating func readHeader() throws(IndexFileError) {
        guard reader.bytes.count >= Self.headerBytes else {
            throw reader.error(
                .truncated, "header", at: 0,
                "truncated: an hnswlib header has 96 bytes, the size of the file is \(reader.bytes.count)")
        }
        _ = try reader.read(UInt64.self, "offset_level0")
        capacity = try reader.read(UInt64.self, "max_elements")
        let count = try reader.read(UInt64.self, "count")
        let size = try reader.read(UInt64.self, "size_data_per_element")
        let label = try reader.read(UInt64.self, "label_offset")
        let data = try reader.read(UInt64.self, "offset_data")
        maxLevel = try reader.read(Int32.self, "max_level")
        entryPoint = try reader.read(UInt32.self, "entry_point")
        let maxM = try reader.read(UInt64.self, "maxM")
        let maxM0 = try reader.read(UInt64.self, "maxM0")
        M = try reader.read(UInt64.self, "M")
        mult = try reader.readDouble("mult")
        efConstruction = try reader.read(UInt64.self, "ef_construction")

        guard (1..<65_536).contains(maxM) else {
            throw reader.error(.invalidField, "maxM", at: 56, "it is \(maxM); 1 to 65535 is possible")
        }
        guard (1...65_535).contains(maxM0) else {
            throw reader.error(.invalidField, "maxM0", at: 64, "it is \(maxM0); 1 to 65535 is possible")
        }
        guard data == 4 + 4 * maxM0 else {
            throw reader.error(
                .invalidField, "offset_data", at: 40, "it is \(data); with maxM0 \(maxM0) it must be \(4 + 4 * maxM0)")
        }
        guard label > data, label < 1 << 32 else {
            throw reader.error(
                .invalidField, "label_offset", at: 32,
                "it is \(label); it must lie after offset_data (\(data)), below 2^32")
        }
        guard size == label + 8 else {
            throw reader.error(
                .invalidField, "size_data_per_element", at: 24,
                "it is \(size); with label_offset \(label) it must be \(label + 8)")
        }
        // Each element needs its record and, at the end, the size of its upper lists. By division: products can wrap.
        let possible = UInt64(reader.remaining) / (size + 4)
        guard count <= possible else {
            throw reader.error(
                .truncated, "count", at: 16,
                "truncated: it is \(count), but the size of the file leaves room for \(possible) elements")
        }
        self.count = Int(count)
        self.maxM = Int(maxM)
        self.maxM0 = Int(maxM0)
        recordBytes = Int(size)
        labelOffset = Int(label)
        vectorOffset = Int(data)
        warnOfHeader()
        if count == 0 {
            guard maxLevel == -1 else {
                throw reader.error(
                    .invalidField, "max_level", at: 48, "it is \(maxLevel); without elements it must be -1")
            }
            guard entryPoint == HNSWGraph.noNode else {
                throw reader.error(
                    .invalidField, "entry_point", at: 52, "it is \(entryPoint), but there are no elements")
            }
        } else {
            guard maxLevel >= 0 else {
                throw reader.error(
                    .invalidField, "max_level", at: 48, "it is \(maxLevel); with \(count) elements it can't be negative"
                )
            }
            guard entryPoint < count else {
                throw reader.error(.invalidField, "entry_point", at: 52, "it is \(entryPoint), the count is \(count)")
            }
        }
    }

    private mutating func warnOfHeader() {
        if capacity < count {
            warnings.add(
                "max_elements", 8, "it is \(capacity), below the count \(count); hnswlib can't add to this file")
        } else if capacity > 1 << 40 {
            warnings.add("max_elements", 8, "it is \(capacity); hnswlib would ask for that much memory")
        }
        if M == 0 { warnings.add("M", 72, "it is 0; searches don't use it") }
        if mult.isNaN { warnings.add("mult", 80, "it is NaN; searches don't use it") }
        if efConstruction > 1 << 32 {
            warnings.add("ef_construction", 88, "it is \(efConstruction); searches don't use it")
        }
    }

    /// Walks the upper lists, whose lengths only they themselves tell.
    private mutating func readUpperOffsets() throws(IndexFileError) -> [Int] {
        _ = try reader.skip(count, of: recordBytes, "level 0")
        let listBytes = 4 + 4 * maxM
        var offsets: [Int] = []
        offsets.reserveCapacity(count + 1)
        for node in 0..<count {
            let start = reader.offset
            offsets.append(start)
            let size = Int(try reader.read(UInt32.self, "node \(node) (size of its upper lists)"))
            guard size <= reader.remaining else {
                throw reader.error(
                    .truncated, "node \(node)", at: start,
                    "truncated: its upper lists have a size of \(size) bytes, the file has \(reader.remaining) left")
            }
            guard size % listBytes == 0 else {
                throw reader.error(
                    .invalidField, "node \(node)", at: start,
                    "the size of its upper lists is \(size) bytes, no multiple of \(listBytes) (4 + 4 maxM, maxM \(maxM)); "
                        + "if the count \(count) is too small, this is a trailing element")
            }
            _ = try reader.skip(size, of: 1, "node \(node)")
        }
        guard reader.remaining == 0 else {
            throw reader.error(
                .trailingBytes, "end",
                "\(reader.remaining) trailing bytes follow the index; hnswlib refuses such a file")
        }
        offsets.append(reader.offset)
        return offsets
    }

    private mutating func checkLevels(_ graph: HNSWGraph) throws(IndexFileError) {
        guard count > 0 else { return }
        let entryLevel = graph.level(of: entryPoint)
        guard entryLevel == maxLevel else {
            throw reader.error(
                .invalidField, entryLevel < maxLevel && entryLevel == 0 ? "entry_point" : "max_level", at: 48,
                "max_level is \(maxLevel), but entry_point \(entryPoint) is on levels 0 to \(entryLevel)")
        }
        nodesPerLevel = [Int](repeating: 0, count: Int(maxLevel) + 1)
        for node in 0..<UInt32(count) {
            let level = graph.level(of: node)
            if level > maxLevel {
                warnings.add(
                    "node \(node)", graph.upperOffsets[Int(node)],
                    "it is on level \(level), above max_level \(maxLevel); searches never see it there")
            }
            for at in 0...min(level, Int(maxLevel)) { nodesPerLevel[at] += 1 }
        }
    }

    private mutating func checkNode(_ node: UInt32, _ graph: HNSWGraph) throws(IndexFileError) {
        let flags = graph.record(node).load(fromByteOffset: 2, as: UInt8.self)
        if flags & 1 == 1 { deletedCount += 1 }
        for level in 0...graph.level(of: node) {
            let (ids, length) = graph.links(of: node, level: level)
            let limit = level == 0 ? maxM0 : maxM
            let offset = ids - 4 - graph.bytes.base
            guard length <= limit else {
                throw reader.error(
                    .invalidField, "node \(node)", at: offset,
                    "its list on level \(level) has \(length) links, \(limit) is the most")
            }
            for place in 0..<length {
                let link = ids.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
                guard link < count else {
                    throw reader.error(
                        .invalidField, "node \(node)", at: offset + 4 + place * 4,
                        "on level \(level) it links to \(link), the count is \(count)")
                }
                if level > 0, graph.level(of: link) < level {
                    throw reader.error(
                        .invalidField, "node \(node)", at: offset + 4 + place * 4,
                        "on level \(level) it links to \(link), which is on levels 0 to \(graph.level(of: link)) only")
                }
                if link == node {
                    warnings.add("node \(node)", offset + 4 + place * 4, "it links to itself on level \(level)")
                }
            }
        }
        if flags & ~1 != 0 {
            warnings.add("node \(node)", graph.record(node) + 2 - graph.bytes.base, "unknown flag bits: \(flags)")
        }
    }

    private mutating func checkLabels(_ graph: HNSWGraph) {
        var seen = Set<UInt64>(minimumCapacity: count)
        for node in 0..<UInt32(count) {
            let label = graph.record(node).loadUnaligned(fromByteOffset: labelOffset, as: UInt64.self)
            if label > 1 << 53 - 1 { hasWideLabels = true }
            if !seen.insert(label).inserted {
                warnings.add(
                    "label", graph.record(node) + labelOffset - graph.bytes.base,
                    "label \(label) of node \(node) belongs to an earlier node too")
            }
        }
    }

    private func dimension() throws(IndexFileError) -> Int {
        let vectorBytes = labelOffset - vectorOffset
        if let told = hints.dimension, told * 4 != vectorBytes {
            if told == vectorBytes {
                throw reader.error(
                    .unsupported, "dimension", at: 32,
                    "a dimension of \(told) means bytes as components (uint8); such vectors are not supported yet")
            }
            guard told * 4 <= vectorBytes else {
                throw reader.error(
                    .invalidField, "dimension", at: 32,
                    "the sidecar says \(told), but a vector has only \(vectorBytes) bytes, \(vectorBytes / 4) floats")
            }
            return told
        }
        guard vectorBytes % 4 == 0 else {
            throw reader.error(
                .unsupported, "label_offset", at: 32,
                "a vector has \(vectorBytes) bytes, no whole number of floats; say the dimension in the sidecar")
        }
        return vectorBytes / 4
    }

    private mutating func checkVectors(_ graph: HNSWGraph, _ dimension: Int) {
        for node in 0..<UInt32(count) {
            let vector = graph.vector(node)
            if let bad = firstNonFinite(vector, dimension) {
                let value = vector.loadUnaligned(fromByteOffset: bad * 4, as: Float.self)
                warnings.add(
                    "node \(node)", vector + bad * 4 - graph.bytes.base,
                    "component \(bad) is \(value.isNaN ? "NaN" : "infinite")")
            }
        }
    }

    /// hnswlib files carry no metric: told by the sidecar, or guessed from the lengths of a sample.
    private static func metric(
        of graph: HNSWGraph, dimension: Int, hints: IndexFileHints
    ) -> (metric: Metric, isGuessed: Bool, reason: String) {
        if let told = hints.metric { return (told, false, "told by the sidecar") }
        let sampled = min(graph.count, 200)
        guard sampled > 0 else { return (.l2, true, "an empty index shows nothing: l2 is hnswlib's most common") }
        for number in 0..<sampled {
            let vector = graph.vector(UInt32(number * (graph.count / sampled)))
            var sum: Float = 0
            for component in 0..<dimension {
                let value = vector.loadUnaligned(fromByteOffset: component * 4, as: Float.self)
                sum += value * value
            }
            if !(abs(sum.squareRoot() - 1) <= 1e-5) {
                return (.l2, true, "the vectors have different lengths, so l2 is likelier than cosine")
            }
        }
        return (.cosine, true, "all \(sampled) sampled vectors have length 1")
    }

    private func headerFields() -> [IndexFile.HeaderField] {
        [
            ("max_elements", "\(capacity)"), ("count", "\(count)"), ("size_data_per_element", "\(recordBytes)"),
            ("label_offset", "\(labelOffset)"), ("offset_data", "\(vectorOffset)"), ("max_level", "\(maxLevel)"),
            ("entry_point", "\(entryPoint)"), ("maxM", "\(maxM)"), ("maxM0", "\(maxM0)"), ("M", "\(M)"),
            ("mult", "\(mult)"), ("ef_construction", "\(efConstruction)"),
        ].map { IndexFile.HeaderField(name: $0.0, value: $0.1) }
    }
}
