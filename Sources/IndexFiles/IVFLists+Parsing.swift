extension IndexFile {
    /// Faiss's `IwFl`: IVF header, coarse quantizer, direct map, inverted lists.
    static func faissIVF(
        bytes: FileBytes, path: String, hints: IndexFileHints
    ) throws(IndexFileError) -> IndexFile {
        var reader = ByteReader(bytes, path: path)
        let name = try reader.readFourCC("fourcc")
        let header = try FaissHeader(&reader)
        let nlistPlace = reader.offset
        let nlist = try reader.read(UInt64.self, "nlist")
        let nprobe = try reader.read(UInt64.self, "nprobe")
        let quantizer = try coarseQuantizer(&reader, of: header)
        guard nlist > 0, nlist == UInt64(quantizer.count) else {
            throw reader.invalid(
                "nlist", at: nlistPlace,
                "it is \(nlist), and the coarse quantizer holds \(quantizer.count) centroids; one per list is needed")
        }
        try skipDirectMap(&reader)

        var warnings = WarningList()
        header.compare(hints, &warnings)
        if nprobe == 0 {
            warnings.add("nprobe", offset: nlistPlace + 8, "the stored nprobe is 0; a search must say its own")
        }
        let lists = try IVFLists(&reader, quantizer: quantizer, nprobe: Int(clamping: nprobe))
        if UInt64(lists.count) != header.ntotal {
            warnings.add("ntotal", offset: 8, "ntotal is \(header.ntotal), and the lists hold \(lists.count) vectors")
        }
        let hasWideLabels = lists.checkContents(&warnings)
        warnings.noteTrailing(reader)
        return IndexFile(
            path: path, library: .faiss, structure: .ivf(lists), metric: header.metric, metricIsGuessed: false,
            metricReason: "stored in the file", dimension: header.dimension,
            header: [.init(name: "fourcc", value: "\(name)")] + header.fields + [
                .init(name: "nlist", value: "\(nlist)"), .init(name: "nprobe", value: "\(nprobe)"),
            ],
            warnings: warnings.all, byteCount: bytes.count, hasWideLabels: hasWideLabels)
    }

    private static func coarseQuantizer(
        _ reader: inout ByteReader, of index: FaissHeader
    ) throws(IndexFileError) -> FlatVectors {
        let place = reader.offset
        let name = try reader.readFourCC("quantizer")
        guard ["IxF2", "IxFI", "IxFl"].contains(name) else {
            throw reader.unsupported(
                "quantizer", at: place,
                "the coarse quantizer is '\(name)' (\(name.indexName ?? "unknown")); Flat is read")
        }
        let header = try FaissHeader(&reader)
        guard header.dimension == index.dimension else {
            throw reader.invalid(
                "quantizer d", at: place + 4, "it is \(header.dimension), and the index has d \(index.dimension)")
        }
        guard header.metric == index.metric else {
            throw reader.unsupported(
                "quantizer metric_type", at: place + 33,
                "it is \(header.metric.rawValue), and the lists use \(index.metric.rawValue); one metric for both is read"
            )
        }
        let quantizer = try FlatVectors(&reader, header: header)
        guard index.isTrained || quantizer.count > 0 else {
            throw reader.unsupported("is_trained", at: 32, "the index has not been trained, so it has no centroids")
        }
        return quantizer
    }

    /// The direct map leads from ids to places in the lists. Searches don't use it.
    private static func skipDirectMap(_ reader: inout ByteReader) throws(IndexFileError) {
        let place = reader.offset
        let type = try reader.read(UInt8.self, "direct_map type")
        guard type <= 2 else {
            throw reader.invalid(
                "direct_map type", at: place, "it is \(type); none (0), array (1), hash table (2) exist")
        }
        _ = try reader.skip(try reader.read(UInt64.self, "direct_map array"), elementsOf: 8, "direct_map array")
        if type == 2 {
            _ = try reader.skip(try reader.read(UInt64.self, "direct_map table"), elementsOf: 16, "direct_map table")
        }
    }
}

extension IVFLists {
    /// Reads `ilar`: a table of sizes, full or sparse, then codes and ids of each list that is not empty.
    init(_ reader: inout ByteReader, quantizer: FlatVectors, nprobe: Int) throws(IndexFileError) {
        let start = reader.offset
        let name = try reader.readFourCC("inverted lists")
        guard name == "ilar" else {
            let known = name.listsName.map { "'\(name)' (\($0))" }
            throw IndexFileError(
                code: known == nil ? .invalidField : .unsupported, path: reader.path, offset: start,
                field: "inverted lists", message: "they are \(known ?? "'\(name)', an unknown kind"); 'ilar' is read")
        }
        let lists = try reader.read(UInt64.self, "inverted lists nlist")
        guard lists == UInt64(quantizer.count) else {
            throw reader.invalid(
                "inverted lists nlist", at: start + 4, "it is \(lists), and the index has nlist \(quantizer.count)")
        }
        let codeSize = try reader.read(UInt64.self, "code_size")
        let vectorBytes = 4 * quantizer.dimension
        guard codeSize == UInt64(vectorBytes) else {
            throw reader.invalid("code_size", at: start + 12, "it is \(codeSize), and 4 · d is \(vectorBytes)")
        }
        let sizes = try IVFLists.readSizes(&reader, lists: quantizer.count)

        var starts = [0]
        var offsets: [Int] = []
        starts.reserveCapacity(sizes.count + 1)
        offsets.reserveCapacity(sizes.count)
        var total = 0
        for (list, size) in sizes.enumerated() {
            // Codes and ids lie one behind the other, so one entry needs both.
            offsets.append(try reader.skip(size, elementsOf: vectorBytes + 8, "list \(list)"))
            total += Int(size)
            starts.append(total)
        }
        guard total < Int(UInt32.max) else {
            throw reader.unsupported("sizes", at: start, "\(total) vectors are more than 32-bit node numbers can name")
        }
        bytes = reader.bytes
        dimension = quantizer.dimension
        nlist = quantizer.count
        self.nprobe = nprobe
        listStarts = starts
        listOffsets = offsets
        centroidsOffset = quantizer.vectorsOffset
    }

    /// The size of each list. `full` has one number per list, `sprs` pairs of list and size.
    private static func readSizes(_ reader: inout ByteReader, lists: Int) throws(IndexFileError) -> [UInt64] {
        let layoutPlace = reader.offset
        let layout = try reader.readFourCC("list layout")
        guard layout == "full" || layout == "sprs" else {
            throw reader.invalid("list layout", at: layoutPlace, "it is '\(layout)'; 'full' and 'sprs' exist")
        }
        let place = reader.offset
        let entries = try reader.read(UInt64.self, "sizes")
        guard layout == "full" ? entries == UInt64(lists) : entries % 2 == 0 else {
            let allowed = layout == "full" ? "one for each of \(lists) lists is" : "pairs of list and size are"
            throw reader.invalid("sizes", at: place, "the table has \(entries) entries, and \(allowed) needed")
        }
        let table = try reader.skip(entries, elementsOf: 8, "sizes")
        let values = reader.bytes.base + table
        func value(_ position: Int) -> UInt64 { values.loadUnaligned(fromByteOffset: position * 8, as: UInt64.self) }
        if layout == "full" { return (0..<lists).map(value) }

        var sizes = [UInt64](repeating: 0, count: lists)
        // The lists' data follow in the order of the lists, so the table must name each once and in order.
        var next: UInt64 = 0
        for pair in 0..<Int(entries / 2) {
            let list = value(2 * pair)
            guard list >= next, list < UInt64(lists) else {
                throw reader.invalid(
                    "sizes", at: table + pair * 16,
                    "pair \(pair) names list \(list), and \(next) to \(lists - 1) is allowed here")
            }
            sizes[Int(list)] = value(2 * pair + 1)
            next = list + 1
        }
        return sizes
    }

    /// Looks for NaN, infinity, negative ids and ids that occur twice; returns whether an id needs more than 53 bits.
    fileprivate func checkContents(_ warnings: inout WarningList) -> Bool {
        if !ContentChecks.allFinite(centroids, count: nlist * dimension) {
            warnings.add("quantizer codes", offset: centroidsOffset, "a centroid holds NaN or infinity")
        }
        var labels: [UInt64] = []
        labels.reserveCapacity(count)
        var isWide = false
        for cell in 0..<nlist {
            if !ContentChecks.allFinite(vectors(of: cell), count: size(of: cell) * dimension) {
                warnings.count("not finite") {
                    ("list \(cell)", listOffsets[cell], "a vector in list \(cell) holds NaN or infinity")
                }
            }
            for position in 0..<size(of: cell) {
                let id = ids(of: cell).loadUnaligned(fromByteOffset: position * 8, as: Int64.self)
                labels.append(UInt64(bitPattern: id))
                isWide = isWide || id.magnitude > ContentChecks.widestExactInteger
                if id < 0 {
                    warnings.count("negative id") {
                        (
                            "list \(cell)", ids(of: cell) - bytes.base + position * 8,
                            "id \(id) in list \(cell) is negative"
                        )
                    }
                }
            }
        }
        if let label = ContentChecks.firstDuplicate(labels) {
            warnings.add("ids", "id \(Int64(bitPattern: label)) stands in the lists more than once")
        }
        return isWide
    }
}
