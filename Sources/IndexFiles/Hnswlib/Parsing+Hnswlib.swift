extension Parsing {
    /// hnswlib's `HierarchicalNSW::saveIndex`: header, level-0 records, upper lists.
    mutating func hnswlib(_ bytes: FileBytes) throws(IndexFileError) -> IndexFile {
        var reader = ByteReader(bytes)
        let header = try HNSWHeader(&reader)
        try header.checkFits(reader.remaining, more: 4, reader)
        try header.checkEntry(reader)
        let (encoding, dimension) = try vectors(of: header, reader)
        let object = try graph(
            header, records: reader, upper: upper(header, behind: reader), encoding, dimension, kind: "HNSW")
        return guessed(.hnswlib, object)
    }

    /// Chroma's folder (chroma-hnswlib 0.7, `persist_dirty`): the parts of hnswlib's file in files of their own.
    mutating func chroma() throws(IndexFileError) -> IndexFile {
        var reader = ByteReader(try files.inside("header.bin"))
        let version = try reader.read(Int32.self, "version")
        guard version == 1 else {
            throw reader.unsupported("version", at: 0, "it is \(version); Chroma's version 1 is read")
        }
        note("version", version)
        let header = try HNSWHeader(&reader)
        try header.checkEntry(reader)
        if reader.remaining > 0 {
            warnings.add("size", offset: reader.offset, "\(reader.remaining) trailing bytes follow the header")
        }
        // As many records as there is capacity for; those beyond the count were never written.
        let records = ByteReader(try files.inside("data_level0.bin"))
        try header.checkFits(records.remaining, more: 0, records)
        let upper = ByteReader(try files.inside("link_lists.bin"))
        let (encoding, dimension) = try vectors(of: header, reader)
        let object = try graph(header, records: records, upper: upper, encoding, dimension, kind: "Chroma's HNSW")
        return guessed(.chroma, object)
    }

    /// Voyager's file (voyager 2, `cpp/src/Metadata.h`): dimension, space and number format, then hnswlib's file.
    mutating func voyager(_ bytes: FileBytes) throws(IndexFileError) -> IndexFile {
        var reader = ByteReader(bytes)
        _ = try reader.readFourCC("magic")
        let version = try reader.read(UInt32.self, "version")
        guard version == 1 else {
            throw reader.unsupported("version", at: 4, "it is \(version); Voyager's version 1 is read")
        }
        let dimension = Int(try reader.read(UInt32.self, "dimension"))
        let space = try reader.read(UInt8.self, "space")
        let storage = try reader.read(UInt8.self, "storage")
        let maxNorm = try reader.readFloat("max_norm")
        let isOrderPreserving = try reader.readBool("order_preserving")
        let spaces: [(metric: Metric, name: String)] = [
            (.l2, "Euclidean"), (.innerProduct, "InnerProduct"), (.cosine, "Cosine"),
        ]
        guard Int(space) < spaces.count else {
            throw reader.invalid(
                "space", at: 12, "it is \(space); 0 (Euclidean), 1 (InnerProduct) and 2 (Cosine) exist")
        }
        let formats: [UInt8: VectorEncoding] = [0x10: .int8, 0x20: .float32, 0x30: .e4m3]
        guard let encoding = formats[storage] else {
            throw reader.invalid("storage", at: 13, "it is \(storage); 16 (Float8), 32 (Float32) and 48 (E4M3) exist")
        }
        for (name, value) in [
            ("version", "\(version)"), ("dimension", "\(dimension)"),
            ("space", "\(space) (\(spaces[Int(space)].name))"), ("storage", "\(storage) (\(encoding.name))"),
            ("max_norm", "\(maxNorm)"), ("order_preserving", isOrderPreserving ? "1" : "0"),
        ] { note(name, value) }

        let header = try HNSWHeader(&reader)
        try header.checkFits(reader.remaining, more: 4, reader)
        try header.checkEntry(reader)
        // One more component makes the order of inner products that of distances.
        let components = dimension + (isOrderPreserving ? 1 : 0)
        guard dimension > 0, header.vectorBytes == encoding.codeBytes(dimension: components) else {
            throw reader.invalid(
                "dimension", at: 8,
                "it is \(dimension), and a vector has \(header.vectorBytes) bytes of \(encoding.name)")
        }
        let object = try graph(
            header, records: reader, upper: upper(header, behind: reader), encoding, dimension,
            metric: spaces[Int(space)].metric, kind: "Voyager's HNSW")
        compare(object)
        return indexFile(.voyager, object)
    }

    /// hnswlib's `BruteforceSearch::saveIndex`: capacity, row bytes, count, then rows of vector and label.
    mutating func hnswlibBruteForce(_ bytes: FileBytes) throws(IndexFileError) -> IndexFile {
        var reader = ByteReader(bytes)
        let capacity = try reader.read(UInt64.self, "max_elements")
        let rowBytes = Int(try reader.read(UInt64.self, "size_per_element"))
        let count = Int(try reader.read(UInt64.self, "count"))
        note("max_elements", capacity)
        note("size_per_element", rowBytes)
        note("count", count)
        guard count < Int(noNode) else {
            throw reader.unsupported("count", at: 16, "\(count) vectors are more than 32-bit node numbers can name")
        }
        let (encoding, dimension) = try vectors(ofBytes: rowBytes - 8, reader, at: 8)
        let rows = StoredVectors(
            encoding: encoding, dimension: dimension, count: count,
            placement: .rows(start: reader.position, stride: rowBytes), bytes: [bytes])
        let labels = NodeLabels.unsigned(start: reader.position + rowBytes - 8, stride: rowBytes)
        if isChecking {
            try check(rows, "row")
            try check(labels, count: count, in: bytes)
        }
        return guessed(
            .hnswlib,
            IndexObject(
                kind: "brute force", metric: hints.metric ?? .l2, dimension: dimension, count: count, structure: .flat,
                vectors: rows, labels: labels))
    }

    private func upper(_ header: HNSWHeader, behind records: ByteReader) -> ByteReader {
        // The records have been found to fit, so the product can't wrap.
        ByteReader(records.bytes, offset: records.offset + header.count * header.recordBytes)
    }

    private mutating func graph(
        _ header: HNSWHeader, records: ByteReader, upper: ByteReader, _ encoding: VectorEncoding, _ dimension: Int,
        metric: Metric? = nil, kind: String
    ) throws(IndexFileError) -> IndexObject {
        header.note(&self)
        header.remarks(&warnings)
        var graph = try HNSWGraph(header, records: records, upper: upper)
        try graph.checkLevels(header, records, &warnings)
        if isChecking {
            let findings = try graph.checkContents(encoding, dimension: dimension, &warnings)
            graph.deletedCount = findings.deletedCount
            hasWideLabels = findings.hasWideLabels
        }
        return IndexObject(
            kind: kind, metric: metric ?? hints.metric ?? .l2, dimension: dimension, count: graph.count,
            structure: .hnsw(graph),
            vectors: StoredVectors(
                encoding: encoding, dimension: dimension, count: graph.count,
                placement: .rows(start: graph.records + graph.vectorOffset, stride: graph.recordBytes),
                bytes: [records.bytes]),
            labels: .unsigned(start: graph.records + graph.labelOffset, stride: graph.recordBytes))
    }

    /// The file stores only how many bytes a vector has; floats are assumed unless the hint says otherwise.
    private mutating func vectors(
        of header: HNSWHeader, _ reader: ByteReader
    ) throws(IndexFileError) -> (VectorEncoding, dimension: Int) {
        try vectors(ofBytes: header.vectorBytes, reader, at: header.start + 32)
    }

    private mutating func vectors(
        ofBytes bytes: Int, _ reader: ByteReader, at place: Int
    ) throws(IndexFileError) -> (VectorEncoding, dimension: Int) {
        guard let dimension = hints.dimension else {
            guard bytes % 4 == 0 else {
                throw reader.invalid(
                    "label_offset", at: place,
                    "a vector has \(bytes) bytes, which is no number of 32-bit floats; for uint8 vectors, and for vectors "
                        + "with something behind them, the sidecar must say the dimension")
            }
            return (.float32, bytes / 4)
        }
        // As many components as bytes: hnswlib's L2SpaceI.
        if dimension == bytes { return (.uint8, dimension) }
        // C++ multi-vector spaces put a document id of 4 or 8 bytes behind the floats.
        guard dimension > 0, dimension <= bytes / 4, bytes - 4 * dimension <= 8 else {
            throw reader.invalid(
                "dimension", at: place, "the sidecar says \(dimension) components, and a vector has \(bytes) bytes")
        }
        if bytes != 4 * dimension {
            warnings.add(
                "dimension", offset: place,
                "\(bytes - 4 * dimension) bytes behind the \(dimension) components are left aside")
        }
        return (.float32, dimension)
    }

    /// The file with its metric told or guessed.
    private func guessed(_ library: IndexFile.Library, _ object: IndexObject) -> IndexFile {
        if let told = hints.metric {
            return indexFile(library, object, metric: told, isGuessed: false, reason: "told by the sidecar")
        }
        let guess = MetricGuess(object.vectors)
        return indexFile(library, object, metric: guess.metric, isGuessed: true, reason: guess.reason)
    }
}
