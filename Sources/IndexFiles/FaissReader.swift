/// Reads Faiss's index objects (faiss/impl/index_write.cpp, 1.6 to 1.15): `IxF2`, `IxFI`, `IxFl` and `IwFl` over a Flat
/// quantizer. Beside Faiss's own checks it makes those that it needs because its searches index by these values.
struct FaissReader {
    private var reader: ByteReader
    private var warnings = WarningList()
    private var fields: [IndexFile.HeaderField] = []

    private struct Header {
        let d: Int
        let ntotal: UInt64
        let metric: Metric
    }

    static func read(_ bytes: FileBytes, path: String, hints: IndexFileHints) throws(IndexFileError) -> IndexFile {
        var reader = FaissReader(reader: ByteReader(bytes, path: path))
        return try reader.read()
    }

    private init(reader: ByteReader) { self.reader = reader }

    private mutating func read() throws(IndexFileError) -> IndexFile {
        let fourCC = try reader.readFourCC("fourcc")
        fields.append(.init(name: "fourcc", value: fourCC))
        let structure: IndexFile.Structure
        let header: Header
        var hasWideLabels = false
        switch fourCC {
        case "IxF2", "IxFI", "IxFl":
            header = try readHeader(fourCC, "")
            structure = .flat(try readFlat(header, ""))
        case "IwFl":
            header = try readHeader(fourCC, "")
            let lists = try readIVF(header)
            hasWideLabels = checkIds(lists)
            checkVectors(lists)
            structure = .ivf(lists)
        default:
            throw reader.error(
                .unsupported, "fourcc", at: 0,
                "Faiss index '\(fourCC)' (\(FaissNames.description(fourCC))) is not supported yet")
        }
        if reader.remaining > 0 {
            warnings.add("end", reader.offset, "\(reader.remaining) trailing bytes; Faiss ignores them")
        }
        return IndexFile(
            path: reader.path, library: .faiss, structure: structure, metric: header.metric, metricIsGuessed: false,
            metricReason: "stored in the file", dimension: header.d, header: fields, warnings: warnings.list,
            byteCount: reader.bytes.count, hasWideLabels: hasWideLabels)
    }

    private mutating func note(_ name: String, _ value: some CustomStringConvertible) {
        fields.append(.init(name: name, value: value.description))
    }

    /// The fields that every index object begins with.
    private mutating func readHeader(_ fourCC: String, _ prefix: String) throws(IndexFileError) -> Header {
        let start = reader.offset
        let d = try reader.read(Int32.self, prefix + "d")
        let ntotal = try reader.read(Int64.self, prefix + "ntotal")
        _ = try reader.read(Int64.self, prefix + "dummy")
        _ = try reader.read(Int64.self, prefix + "dummy")
        let isTrained = try reader.read(UInt8.self, prefix + "is_trained")
        let metric = try reader.read(Int32.self, prefix + "metric_type")
        guard (1...1 << 20).contains(d) else {
            throw reader.error(.invalidField, prefix + "d", at: start, "it is \(d); 1 to 2^20 is possible")
        }
        guard ntotal >= 0 else {
            throw reader.error(.invalidField, prefix + "ntotal", at: start + 4, "it is \(ntotal), it can't be negative")
        }
        guard isTrained <= 1 else {
            throw reader.error(
                .invalidField, prefix + "is_trained", at: start + 28, "it is \(isTrained), 0 or 1 is possible")
        }
        note(prefix + "d", d)
        note(prefix + "ntotal", ntotal)
        note(prefix + "is_trained", isTrained)
        note(prefix + "metric_type", metric)
        let names: [Int32: String] = [
            2: "L1", 3: "Linf", 4: "Lp", 20: "Canberra", 21: "BrayCurtis", 22: "JensenShannon", 23: "Jaccard",
            24: "NaNEuclidean", 25: "Gower",
        ]
        switch (metric, fourCC) {
        case (0, "IxF2"), (1, "IxFI"):
            throw reader.error(
                .invalidField, prefix + "metric_type", at: start + 29, "it is \(metric), which a '\(fourCC)' can't have"
            )
        case (0, _): return Header(d: Int(d), ntotal: UInt64(ntotal), metric: .innerProduct)
        case (1, _): return Header(d: Int(d), ntotal: UInt64(ntotal), metric: .l2)
        default:
            guard let name = names[metric] else {
                throw reader.error(.invalidField, prefix + "metric_type", at: start + 29, "unknown metric \(metric)")
            }
            throw reader.error(
                .unsupported, prefix + "metric_type", at: start + 29, "the metric \(name) is not supported yet")
        }
    }

    /// Vectors one after the other; their count is stored in floats.
    private mutating func readFlat(_ header: Header, _ prefix: String) throws(IndexFileError) -> FlatVectors {
        let start = reader.offset
        let floats = try reader.read(UInt64.self, prefix + "codes")
        let (expected, overflow) = header.ntotal.multipliedReportingOverflow(by: UInt64(header.d))
        guard !overflow, floats == expected else {
            throw reader.error(
                .invalidField, prefix + "ntotal, codes", at: start,
                "the codes have \(floats) floats, but ntotal \(header.ntotal) times d \(header.d) needs "
                    + (overflow ? "more than 2^64" : "\(expected)")
                    + (UInt64(reader.remaining / 4) < floats ? "; the file is truncated" : ""))
        }
        try reader.require(floats, of: 4, prefix + "codes")
        guard header.ntotal < 1 << 32 - 1 else {
            throw reader.error(
                .unsupported, prefix + "ntotal", at: start, "\(header.ntotal) vectors; 2^32 - 2 is the most")
        }
        let offset = try reader.skip(Int(floats), of: 4, prefix + "codes")
        let vectors = FlatVectors(
            bytes: reader.bytes, dimension: header.d, count: Int(header.ntotal), vectorsOffset: offset)
        for node in 0..<vectors.count where firstNonFinite(vectors.vector(UInt32(node)), header.d) != nil {
            warnings.add(
                prefix + "vector \(node)", offset + node * 4 * header.d, "it has a component that is NaN or infinite")
        }
        return vectors
    }

    private mutating func readIVF(_ header: Header) throws(IndexFileError) -> IVFLists {
        let nlistOffset = reader.offset
        let nlist = try reader.read(UInt64.self, "nlist")
        let nprobe = try reader.read(UInt64.self, "nprobe")
        guard nlist > 0, nlist <= UInt64(reader.remaining / (4 * header.d)) else {
            throw reader.error(
                .invalidField, "nlist", at: nlistOffset,
                "it is \(nlist); the file has room for \(reader.remaining / (4 * header.d)) centroids"
                    + (nlist > 0 ? ", so it is wrong or the file is truncated" : ", and 1 is the least"))
        }
        if nprobe == 0 { warnings.add("nprobe", nlistOffset + 8, "it is 0; a search must give another") }
        note("nlist", nlist)
        note("nprobe", nprobe)
        let quantizerOffset = reader.offset
        let fourCC = try reader.readFourCC("quantizer")
        guard ["IxF2", "IxFI", "IxFl"].contains(fourCC) else {
            throw reader.error(
                FaissNames.known[fourCC] == nil ? .invalidField : .unsupported, "quantizer", at: quantizerOffset,
                "a coarse quantizer '\(fourCC)' (\(FaissNames.description(fourCC))) is not supported yet")
        }
        let quantizerHeader = try readHeader(fourCC, "quantizer ")
        guard quantizerHeader.d == header.d else {
            throw reader.error(
                .invalidField, "quantizer d", at: quantizerOffset + 4,
                "it is \(quantizerHeader.d), the index's d is \(header.d)")
        }
        guard quantizerHeader.metric == header.metric else {
            throw reader.error(
                .unsupported, "quantizer metric_type", at: quantizerOffset + 33,
                "the coarse quantizer has another metric than the index; such indexes are not supported yet")
        }
        let centroids = try readFlat(quantizerHeader, "quantizer ")
        guard centroids.count == Int(nlist) else {
            throw reader.error(
                .invalidField, "quantizer ntotal", at: quantizerOffset + 8,
                "it has \(centroids.count) centroids, nlist is \(nlist)")
        }
        try skipDirectMap()
        let (sizes, offsets) = try readInvertedLists(nlist: Int(nlist), d: header.d)
        var starts = [0]
        starts.reserveCapacity(Int(nlist) + 1)
        for size in sizes { starts.append(starts[starts.count - 1] + size) }
        let stored = starts[starts.count - 1]
        guard stored < 1 << 32 - 1 else {
            throw reader.error(.unsupported, "ntotal", at: 4, "\(stored) vectors; 2^32 - 2 is the most")
        }
        if header.ntotal != UInt64(stored) {
            warnings.add("ntotal", 8, "it is \(header.ntotal), but the lists hold \(stored) vectors")
        }
        return IVFLists(
            bytes: reader.bytes, dimension: header.d, nlist: Int(nlist), nprobe: Int(clamping: nprobe),
            listStarts: starts, listOffsets: offsets, centroidsOffset: centroids.vectorsOffset)
    }

    /// Passes over the direct map, which searches don't use.
    private mutating func skipDirectMap() throws(IndexFileError) {
        let start = reader.offset
        let type = try reader.read(UInt8.self, "direct map")
        if type > 2 { warnings.add("direct map", start, "unknown type \(type); searches don't use it") }
        note("direct_map", type)
        let entries = try reader.readCount(of: 8, "direct map")
        _ = try reader.skip(entries, of: 8, "direct map")
        if type == 2 {
            let pairs = try reader.readCount(of: 16, "direct map")
            _ = try reader.skip(pairs, of: 16, "direct map")
        }
    }

    private mutating func readInvertedLists(nlist: Int, d: Int) throws(IndexFileError) -> ([Int], [Int]) {
        let start = reader.offset
        let fourCC = try reader.readFourCC("inverted lists")
        if fourCC == "il00" {
            return ([Int](repeating: 0, count: nlist), [Int](repeating: reader.offset, count: nlist))
        }
        guard fourCC == "ilar" else {
            let isKnown = ["ilod", "ilbl", "ilpn", "ilp2"].contains(fourCC)
            throw reader.error(
                isKnown ? .unsupported : .invalidField, "inverted lists", at: start,
                isKnown ? "lists of the kind '\(fourCC)' are not supported yet" : "unknown kind '\(fourCC)'")
        }
        let listCount = try reader.read(UInt64.self, "inverted lists' nlist")
        let codeSize = try reader.read(UInt64.self, "inverted lists' code_size")
        guard listCount == UInt64(nlist) else {
            throw reader.error(.invalidField, "nlist", at: start + 4, "there are \(listCount) lists, nlist is \(nlist)")
        }
        guard codeSize == UInt64(4 * d) else {
            throw reader.error(
                .invalidField, "code_size", at: start + 12, "it is \(codeSize); \(4 * d) is the size of \(d) floats")
        }
        let sizes = try readListSizes(nlist: nlist)
        var offsets: [Int] = []
        offsets.reserveCapacity(nlist)
        for (list, size) in sizes.enumerated() {
            guard size <= UInt64(reader.remaining / (4 * d + 8)) else {
                throw reader.error(
                    .truncated, "list \(list)",
                    "truncated: it has \(size) vectors, the file has room for \(reader.remaining / (4 * d + 8))")
            }
            offsets.append(try reader.skip(Int(size), of: 4 * d + 8, "list \(list)"))
        }
        return (sizes.map { Int($0) }, offsets)
    }

    private mutating func readListSizes(nlist: Int) throws(IndexFileError) -> [UInt64] {
        let start = reader.offset
        let layout = try reader.readFourCC("list layout")
        guard layout == "full" || layout == "sprs" else {
            throw reader.error(.invalidField, "list layout", at: start, "unknown layout '\(layout)'")
        }
        note("list_layout", layout)
        let entries = try reader.readCount(of: 8, "sizes")
        if layout == "full" {
            guard entries == nlist else {
                throw reader.error(
                    .invalidField, "sizes", at: start + 4,
                    "the table of list sizes has \(entries) entries, nlist is \(nlist)")
            }
            var sizes: [UInt64] = []
            sizes.reserveCapacity(nlist)
            for list in 0..<nlist { sizes.append(try reader.read(UInt64.self, "size of list \(list)")) }
            return sizes
        }
        guard entries % 2 == 0 else {
            throw reader.error(
                .invalidField, "sizes", at: start + 4,
                "a sparse table of list sizes has pairs, this one \(entries) entries")
        }
        var sizes = [UInt64](repeating: 0, count: nlist)
        for _ in 0..<entries / 2 {
            let offset = reader.offset
            let list = try reader.read(UInt64.self, "list number")
            let size = try reader.read(UInt64.self, "size of list \(list)")
            guard list < UInt64(nlist) else {
                throw reader.error(
                    .invalidField, "list \(list)", at: offset, "the table names list \(list), nlist is \(nlist)")
            }
            sizes[Int(list)] = size
        }
        return sizes
    }

    /// Warns of negative and repeated ids. Returns true when one needs more than 53 bits.
    private mutating func checkIds(_ lists: IVFLists) -> Bool {
        var isWide = false
        var seen = Set<Int64>(minimumCapacity: lists.count)
        for cell in 0..<lists.nlist {
            let ids = lists.ids(of: cell)
            for place in 0..<lists.size(of: cell) {
                let id = ids.loadUnaligned(fromByteOffset: place * 8, as: Int64.self)
                let offset = ids + place * 8 - lists.bytes.base
                if id < 0 { warnings.add("list \(cell)", offset, "the id \(id) is negative") }
                if id.magnitude > 1 << 53 - 1 { isWide = true }
                if !seen.insert(id).inserted { warnings.add("list \(cell)", offset, "the id \(id) is there twice") }
            }
        }
        return isWide
    }

    private mutating func checkVectors(_ lists: IVFLists) {
        for cell in 0..<lists.nlist {
            let vectors = lists.vectors(of: cell)
            for place in 0..<lists.size(of: cell)
            where firstNonFinite(vectors + place * 4 * lists.dimension, lists.dimension) != nil {
                warnings.add(
                    "list \(cell)", vectors + place * 4 * lists.dimension - lists.bytes.base,
                    "vector \(place) has a component that is NaN or infinite")
            }
        }
    }
}
