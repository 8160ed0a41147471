/// What every IVF index begins with (`read_ivf_header`).
struct IVFHeader {
    let header: FaissHeader
    let nlist: Int
    let nprobe: Int
    let quantizer: IndexObject
    let directMap: DirectMap
    /// Ids of each list, where they stand before the lists (Faiss before 1.6): offset of the first, and how many.
    let legacyIDs: [(offset: Int, count: Int)]?

    /// Leads from ids to places in the lists. Searches don't use it.
    struct DirectMap {
        let offset: Int
        let count: Int
        /// 8 for an array of places, 16 for pairs of id and place.
        let entryBytes: Int
    }
}

extension FaissReader {
    mutating func readIVFFlat(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let isLegacy = name == "IvFL" || name == "IvFl"
        let ivf = try readIVFHeader(isLegacy: isLegacy)
        let duplicates = name == "IwFd" ? try readDuplicates() : [:]
        let codeBytes = 4 * ivf.header.dimension
        let lists =
            isLegacy
            ? try readLegacyLists(ivf, codeBytes: codeBytes, countsFloats: name == "IvFl")
            : try readLists(ivf, codeBytes: codeBytes)
        return try ivfObject(name, ivf, lists, .float32, duplicates: duplicates)
    }

    /// Pairs of an id and one that stands for a vector with the same components.
    private mutating func readDuplicates() throws(IndexFileError) -> [Int64: [Int64]] {
        let place = reader.offset
        let numbers = try reader.copiedVector(of: UInt64.self, "\(prefix)instances").map { Int64(bitPattern: $0) }
        guard numbers.count % 2 == 0 else {
            throw reader.invalid(
                "\(prefix)instances", at: place, "there are \(numbers.count) numbers, and pairs are needed")
        }
        note("duplicates", numbers.count / 2)
        var duplicates: [Int64: [Int64]] = [:]
        // libstdc++'s `unordered_multimap`, which the library fills, hands out first what came last.
        for pair in stride(from: numbers.count - 2, through: 0, by: -2) {
            duplicates[numbers[pair], default: []].append(numbers[pair + 1])
        }
        return duplicates
    }

    mutating func readIVFScalarQuantizer(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let ivf = try readIVFHeader(isLegacy: name == "IvSQ")
        let quantizer = try readScalarQuantizer(ivf.header)
        let codeBytes = quantizer.type.codeBytes(dimension: ivf.header.dimension)
        try readCodeSize(codeBytes)
        // Before the flag there was only one way: with the residual.
        let isByResidual = name == "IwSq" ? try reader.readBool("\(prefix)by_residual") : true
        note("by_residual", isByResidual ? 1 : 0)
        let lists =
            name == "IvSQ"
            ? try readLegacyLists(ivf, codeBytes: codeBytes) : try readLists(ivf, codeBytes: codeBytes)
        return try ivfObject(name, ivf, lists, .scalar(quantizer), isByResidual: isByResidual)
    }

    mutating func readIVFProductQuantizer(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let isLegacy = name == "IvPQ" || name == "IvQR"
        let ivf = try readIVFHeader(isLegacy: isLegacy)
        let isByResidual = try reader.readBool("\(prefix)by_residual")
        note("by_residual", isByResidual ? 1 : 0)
        let codeSizePlace = reader.offset
        let codeSize = try reader.read(UInt64.self, "\(prefix)code_size")
        let quantizer = try readProductQuantizer("pq", dimension: ivf.header.dimension)
        try checkCodeSize(codeSize, at: codeSizePlace, quantizer.codeBytes)
        let lists =
            isLegacy
            ? try readLegacyLists(ivf, codeBytes: quantizer.codeBytes)
            : try readLists(ivf, codeBytes: quantizer.codeBytes)
        let hasRefinement = (name == "IwQR" || name == "IvQR") && ivf.header.isTrained
        return try ivfObject(
            name, ivf, lists, .product(quantizer), isByResidual: isByResidual,
            refinement: hasRefinement ? try readRefinement(ivf.header) : nil)
    }

    /// `IndexIVFPQFastScan`: lists of 4-bit codes in blocks.
    mutating func readIVFFastScan(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let ivf = try readIVFHeader(isLegacy: false)
        let isByResidual = try reader.readBool("\(prefix)by_residual")
        note("by_residual", isByResidual ? 1 : 0)
        let codeSizePlace = reader.offset
        let codeSize = try reader.read(UInt64.self, "\(prefix)code_size")
        let bbs = try readBlockSize(nil)
        let M2Place = reader.offset
        let M2 = try reader.read(UInt64.self, "\(prefix)M2")
        note("implem", try reader.read(Int32.self, "implem"))
        note("qbs2", try reader.read(UInt64.self, "qbs2"))
        let quantizer = try readProductQuantizer("pq", dimension: ivf.header.dimension)
        try checkFourBits(quantizer)
        try checkCodeSize(codeSize, at: codeSizePlace, quantizer.codeBytes)
        try checkM2(M2, at: M2Place, quantizer)
        let lists = try readBlockLists(ivf, quantizer, bbs: bbs)
        let blocks = FastScanBlocks(
            quantizer: quantizer, bbs: bbs, starts: lists.places.starts, runs: lists.places.codes)
        return try ivfObject(
            name, ivf, lists, .product(quantizer), isByResidual: isByResidual, placement: .blocks(blocks))
    }

    mutating func ivfObject(
        _ name: FourCC, _ ivf: IVFHeader, _ lists: StoredLists, _ encoding: VectorEncoding, isByResidual: Bool = false,
        duplicates: [Int64: [Int64]] = [:], refinement: IVFRefinement? = nil, placement: StoredVectors.Placement? = nil
    ) throws(IndexFileError) -> IndexObject {
        let header = ivf.header
        let places = lists.places
        if places.count + duplicates.values.reduce(0, { $0 + $1.count }) != header.count {
            parsing.warnings.add(
                "\(prefix)ntotal", offset: header.ntotalOffset,
                "ntotal is \(header.count), and the lists hold \(places.count) vectors")
        }
        let structure = IVFLists(
            places: places, quantizer: ivf.quantizer, nprobe: ivf.nprobe, isByResidual: isByResidual,
            isFastScan: placement != nil, refinement: refinement, duplicates: duplicates,
            dataFile: lists.bytes === reader.bytes ? nil : lists.bytes.path)
        if parsing.isChecking {
            try parsing.check(
                places, FiniteCheck(encoding, dimension: header.dimension), in: lists.bytes, idsIn: lists.bytes,
                prefix: prefix)
            try parsing.check(ivf.directMap, places, in: reader.bytes, prefix: prefix)
        }
        // Codes of differences to centroids that can't be had stand for no vectors.
        let centroids = ivf.quantizer.centroidVectors.flatMap { $0.dimension == header.dimension ? $0 : nil }
        let vectors = StoredVectors(
            encoding: encoding, dimension: header.dimension, count: places.count,
            placement: placement ?? .lists(places, order: nil),
            residual: isByResidual ? centroids.map { .init(centroids: $0, cellBytes: 0) } : nil,
            bytes: [reader.bytes, lists.bytes])
        return IndexObject(
            kind: kind(name), metric: header.metric, metricArgument: header.metricArgument,
            dimension: header.dimension, count: places.count, isTrained: header.isTrained, structure: .ivf(structure),
            vectors: lists.areStored && !(isByResidual && centroids == nil) ? vectors : nil, labels: .lists(places))
    }

    // MARK: Parts

    mutating func readIVFHeader(isLegacy: Bool, isBinary: Bool = false) throws(IndexFileError) -> IVFHeader {
        let header = try readHeader(isBinary: isBinary)
        let nlistPlace = reader.offset
        let nlist = try reader.read(UInt64.self, "\(prefix)nlist")
        let nprobe = try reader.read(UInt64.self, "\(prefix)nprobe")
        note("nlist", nlist)
        note("nprobe", nprobe)
        let quantizerPlace = reader.offset
        guard let quantizer = try readIndex(within: "quantizer") else {
            throw reader.unsupported(
                "\(prefix)quantizer", at: quantizerPlace,
                "the coarse quantizer is not stored in the file (\"null\"), so the cells can't be found")
        }
        guard quantizer.dimension == header.dimension else {
            throw reader.invalid(
                "\(prefix)quantizer d", at: quantizerPlace + 4,
                "it is \(quantizer.dimension), and the index has d \(header.dimension)")
        }
        // Without training there are no centroids yet, and inside an independent quantizer there never are.
        let mayLackCentroids =
            quantizer.count == 0 && (!header.isTrained || isIndependent) && nlist <= Self.maxEmptyLists
        guard nlist > 0, nlist == UInt64(quantizer.count) || mayLackCentroids else {
            throw reader.invalid(
                "\(prefix)nlist", at: nlistPlace,
                "it is \(nlist), and the coarse quantizer holds \(quantizer.count) centroids; one per list is needed")
        }
        if nprobe == 0 {
            parsing.warnings.add(
                "\(prefix)nprobe", offset: nlistPlace + 8, "the stored nprobe is 0; a search must say its own")
        }
        var ids: [(offset: Int, count: Int)]?
        if isLegacy {
            var lists: [(offset: Int, count: Int)] = []
            for list in 0..<nlist { lists.append(try reader.vector(elementsOf: 8, "\(prefix)ids of list \(list)")) }
            ids = lists
        }
        return IVFHeader(
            header: header, nlist: Int(nlist), nprobe: Int(clamping: nprobe), quantizer: quantizer,
            directMap: try readDirectMap(), legacyIDs: ids)
    }

    /// Lists without centroids take no bytes in a file, so that nothing else bounds their number.
    private static let maxEmptyLists: UInt64 = 1 << 20

    private mutating func readDirectMap() throws(IndexFileError) -> IVFHeader.DirectMap {
        let place = reader.offset
        let type = try reader.read(UInt8.self, "\(prefix)direct_map type")
        guard type <= 2 else {
            throw reader.invalid(
                "\(prefix)direct_map type", at: place, "it is \(type); none (0), array (1), hash table (2) exist")
        }
        note("direct_map", ["0 (none)", "1 (array)", "2 (hash table)"][Int(type)])
        let (arrayOffset, arrayCount) = try reader.vector(elementsOf: 8, "\(prefix)direct_map array")
        guard type == 2 else { return .init(offset: arrayOffset, count: arrayCount, entryBytes: 8) }
        let (offset, count) = try reader.vector(elementsOf: 16, "\(prefix)direct_map table")
        return .init(offset: offset, count: count, entryBytes: 16)
    }

    private mutating func readCodeSize(_ needed: Int) throws(IndexFileError) {
        let place = reader.offset
        try checkCodeSize(try reader.read(UInt64.self, "\(prefix)code_size"), at: place, needed)
    }

    private func checkCodeSize(_ found: UInt64, at place: Int, _ needed: Int) throws(IndexFileError) {
        guard found == UInt64(needed) else {
            throw reader.invalid("\(prefix)code_size", at: place, "it is \(found), and the quantizer's is \(needed)")
        }
    }

    private mutating func readRefinement(_ header: FaissHeader) throws(IndexFileError) -> IVFRefinement {
        let quantizer = try readProductQuantizer("refine_pq", dimension: header.dimension)
        let start = try readCodes(header.count, codeBytes: quantizer.codeBytes)
        return IVFRefinement(
            quantizer: quantizer, codes: reader.bytes.base + start, count: header.count, kFactor: try readKFactor())
    }

    /// How many times k candidates are ranked again.
    mutating func readKFactor() throws(IndexFileError) -> Float {
        let place = reader.offset
        let factor = try reader.readFloat("\(prefix)k_factor")
        note("k_factor", factor)
        guard factor >= 1, factor <= 1000 else {
            throw reader.invalid("\(prefix)k_factor", at: place, "it is \(factor), and 1 to 1000 is allowed")
        }
        return factor
    }
}
