extension IndexFile {
    /// hnswlib's `HierarchicalNSW::saveIndex`.
    static func hnswlib(
        bytes: FileBytes, path: String, hints: IndexFileHints
    ) throws(IndexFileError) -> IndexFile {
        var reader = ByteReader(bytes, path: path)
        let header = try HNSWHeader(&reader)
        var warnings = WarningList()
        header.remarks(&warnings)
        let dimension = try hnswDimension(header, hint: hints.dimension, reader, &warnings)
        let graph = try HNSWGraph(header, reader, &warnings)
        let hasWideLabels = graph.checkContents(dimension: dimension, &warnings)

        let guess =
            hints.metric == nil ? MetricGuess(count: graph.count, dimension: dimension, vector: graph.vector) : nil
        return IndexFile(
            path: path, library: .hnswlib, structure: .hnsw(graph), metric: hints.metric ?? guess?.metric ?? .l2,
            metricIsGuessed: guess != nil, metricReason: guess?.reason ?? "told by the sidecar",
            dimension: dimension, header: header.fields, warnings: warnings.all, byteCount: bytes.count,
            hasWideLabels: hasWideLabels)
    }

    /// The file stores only how many bytes a vector has; floats are assumed unless the hint says otherwise.
    private static func hnswDimension(
        _ header: HNSWHeader, hint: Int?, _ reader: ByteReader, _ warnings: inout WarningList
    ) throws(IndexFileError) -> Int {
        let bytes = header.vectorBytes
        if let hint {
            guard hint != bytes else {
                throw reader.unsupported(
                    "dimension", at: 32,
                    "\(bytes) bytes for \(hint) components are uint8 vectors; 32-bit floats are read")
            }
            // C++ multi-vector spaces put a document id of 4 or 8 bytes behind the floats.
            guard hint > 0, hint <= bytes / 4, bytes - 4 * hint <= 8 else {
                throw reader.invalid(
                    "dimension", at: 32, "the sidecar says \(hint) components, and a vector has \(bytes) bytes")
            }
            if bytes != 4 * hint {
                warnings.add(
                    "dimension", offset: 32, "\(bytes - 4 * hint) bytes behind the \(hint) components are left aside")
            }
            return hint
        }
        guard bytes % 4 == 0 else {
            throw reader.unsupported(
                "label_offset", at: 32, "a vector has \(bytes) bytes, which is no number of 32-bit floats")
        }
        return bytes / 4
    }
}

extension HNSWGraph {
    /// The highest level a trace can name (16 bits). hnswlib draws levels above 60 only from broken parameters.
    private static let highestLevel = Int(Int16.max)

    /// Reads the levels and checks every link in one pass.
    init(_ header: HNSWHeader, _ reader: ByteReader, _ warnings: inout WarningList) throws(IndexFileError) {
        let listBytes = 4 + 4 * header.maxM
        // The header has checked that all records fit, so the product can't wrap.
        var upper = ByteReader(
            reader.bytes, path: reader.path, offset: HNSWHeader.byteCount + header.count * header.recordBytes)
        var offsets: [Int] = []
        offsets.reserveCapacity(header.count + 1)
        var nodesOnTop: [Int] = []
        for node in 0..<header.count {
            offsets.append(upper.offset)
            let size = try upper.read(UInt32.self, "node \(node)")
            guard Int(size) % listBytes == 0 else {
                throw upper.invalid(
                    "node \(node)", at: upper.offset - 4,
                    "its upper-list size is \(size) bytes, no multiple of 4 + 4 · maxM = \(listBytes): maxM or count is "
                        + "wrong, or bytes are missing or trailing before this one")
            }
            let level = Int(size) / listBytes
            guard level <= HNSWGraph.highestLevel, Int(size) <= upper.remaining else {
                throw upper.truncated("node \(node)", needs: "\(size) bytes of upper lists")
            }
            _ = try upper.skip(UInt64(size), elementsOf: 1, "node \(node)")
            while nodesOnTop.count <= level { nodesOnTop.append(0) }
            nodesOnTop[level] += 1
        }
        offsets.append(upper.offset)
        guard upper.remaining == 0 else {
            throw IndexFileError(
                code: .trailingBytes, path: reader.path, offset: upper.offset, field: "size",
                message: "\(upper.remaining) trailing bytes follow the last node; hnswlib writes none")
        }
        for level in nodesOnTop.indices.dropLast().reversed() { nodesOnTop[level] += nodesOnTop[level + 1] }

        bytes = reader.bytes
        count = header.count
        M = Int(clamping: header.M)
        maxM = header.maxM
        maxM0 = header.maxM0
        efConstruction = header.efConstruction
        maxLevel = header.maxLevel
        entryPoint = header.entryPoint
        nodesPerLevel = nodesOnTop
        level0Offset = HNSWHeader.byteCount
        recordBytes = header.recordBytes
        vectorOffset = header.vectorOffset
        labelOffset = header.labelOffset
        upperOffsets = offsets
        var deleted = 0
        for node in 0..<header.count {
            let record = reader.bytes.base + (HNSWHeader.byteCount + node * header.recordBytes)
            deleted += Int(record.load(fromByteOffset: 2, as: UInt8.self) & 1)
        }
        deletedCount = deleted

        try checkLevels(reader, &warnings)
        try checkLinks(reader, &warnings)
    }

    private func checkLevels(_ reader: ByteReader, _ warnings: inout WarningList) throws(IndexFileError) {
        guard count > 0 else { return }
        let entryLevel = level(of: entryPoint)
        guard entryLevel >= maxLevel else {
            throw reader.invalid(
                "entry_point", at: 52, "node \(entryPoint) is on level \(entryLevel), and max_level is \(maxLevel)")
        }
        if nodesPerLevel.count - 1 > maxLevel {
            warnings.add(
                "max_level", offset: 48,
                "it is \(maxLevel), and there are nodes up to level \(nodesPerLevel.count - 1), where no search begins")
        }
    }

    /// Every live link must name a node that exists on the list's level: the library would read other memory.
    private func checkLinks(_ reader: ByteReader, _ warnings: inout WarningList) throws(IndexFileError) {
        for node in 0..<UInt32(count) {
            let flags = record(node).loadUnaligned(fromByteOffset: 2, as: UInt16.self)
            let offset = level0Offset + Int(node) * recordBytes
            if flags & ~1 != 0 {
                warnings.count("flags") {
                    ("node \(node)", offset + 2, "node \(node) has unknown flag bits (\(flags)); bit 0 means deleted")
                }
            }
            for level in 0...level(of: node) {
                let (ids, linkCount) = links(of: node, level: level)
                guard linkCount <= (level == 0 ? maxM0 : maxM) else {
                    throw reader.invalid(
                        "node \(node)", at: ids - 4 - bytes.base,
                        "its list on level \(level) has \(linkCount) links, and \(level == 0 ? maxM0 : maxM) is the most"
                    )
                }
                for position in 0..<linkCount {
                    let id = ids.loadUnaligned(fromByteOffset: position &* 4, as: UInt32.self)
                    guard id < UInt32(count), level == 0 || isOnLevel(id, level) else {
                        throw reader.invalid(
                            "node \(node)", at: ids - bytes.base + position * 4,
                            "its link \(position) on level \(level) leads to node \(id), which "
                                + (id < UInt32(count) ? "is not on that level" : "does not exist (count \(count))"))
                    }
                    if id == node {
                        warnings.count("self link") {
                            ("node \(node)", ids - bytes.base + position * 4, "node \(node) links to itself")
                        }
                    }
                }
            }
        }
    }

    private func isOnLevel(_ node: UInt32, _ level: Int) -> Bool {
        upperOffsets[Int(node) + 1] - upperOffsets[Int(node)] - 4 >= level * upperListBytes
    }

    /// Looks for NaN, infinity and labels that occur twice; returns whether a label needs more than 53 bits.
    fileprivate func checkContents(dimension: Int, _ warnings: inout WarningList) -> Bool {
        var labels: [UInt64] = []
        labels.reserveCapacity(count)
        for node in 0..<UInt32(count) {
            labels.append(record(node).loadUnaligned(fromByteOffset: labelOffset, as: UInt64.self))
            if !ContentChecks.allFinite(vector(node), count: dimension) {
                warnings.count("not finite") {
                    ("node \(node)", vector(node) - bytes.base, "the vector of node \(node) holds NaN or infinity")
                }
            }
        }
        if let label = ContentChecks.firstDuplicate(labels) {
            warnings.add("label", "label \(label) stands on more than one node; the library keeps labels unique")
        }
        return labels.contains { $0 > ContentChecks.widestExactInteger }
    }
}
