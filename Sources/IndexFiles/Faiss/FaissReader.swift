/// Reads a Faiss index file: one index object, with others nested inside (`read_index` in faiss/impl/index_read.cpp, Faiss
/// 1.6 to 1.15).
struct FaissReader {
    var reader: ByteReader
    var parsing: Parsing
    /// Objects around the one that is read.
    private var depth = 0
    /// What the fields of the object are called by: "quantizer.", or nothing for the outermost.
    var prefix = ""
    /// The object is the inner part of an independent quantizer, which brings the centroids itself.
    var isIndependent = false

    /// Faiss's own limit.
    private static let maxDepth = 50

    init(_ bytes: FileBytes, _ parsing: Parsing) {
        reader = ByteReader(bytes)
        self.parsing = parsing
    }

    /// Reads the whole file.
    mutating func readFile() throws(IndexFileError) -> IndexFile {
        guard let object = try readIndex() else {
            throw reader.invalid("fourcc", at: 0, "the file says \"null\": it holds no index")
        }
        parsing.compare(object)
        // Faiss ignores what follows an index, so it is odd and not wrong.
        if reader.remaining > 0 {
            parsing.warnings.add(
                "size", offset: reader.offset,
                "\(reader.remaining) trailing bytes follow the index; Faiss ignores them")
        }
        if !object.isTrained {
            parsing.warnings.add("is_trained", "the index has not been trained, so that nothing can be found in it")
        }
        return parsing.indexFile(.faiss, object)
    }

    /// Reads an object within the one that is read.
    mutating func readIndex(within name: String) throws(IndexFileError) -> IndexObject? {
        let outer = prefix
        prefix += name + "."
        defer { prefix = outer }
        return try readIndex()
    }

    /// Reads an object that must be there.
    mutating func readNeededIndex(within name: String) throws(IndexFileError) -> IndexObject {
        let place = reader.offset
        guard let object = try readIndex(within: name) else {
            throw reader.invalid(name, at: place, "it is \"null\", and an index is needed here")
        }
        return object
    }

    /// Reads the next object; nil for "null", which stands for none.
    private mutating func readIndex() throws(IndexFileError) -> IndexObject? {
        guard depth < Self.maxDepth else {
            throw reader.invalid("nesting", "indexes are nested more than \(Self.maxDepth) deep")
        }
        depth += 1
        defer { depth -= 1 }
        let place = reader.offset
        let name = try reader.readFourCC("\(prefix)fourcc")
        note("fourcc", name)
        switch name {
        case "null": return nil
        case "IxF2", "IxFI", "IxFl": return try readFlat(name)
        case "IxSQ": return try readScalarQuantizerIndex(name)
        case "IxPq", "IxPQ", "IxPo": return try readProductQuantizerIndex(name)
        case "IPfs": return try readFastScan(name)
        case "Ix2L": return try readTwoLevel(name)
        case "IwFl", "IvFL", "IvFl", "IwFd": return try readIVFFlat(name)
        case "IwSq", "IwSQ", "IvSQ": return try readIVFScalarQuantizer(name)
        case "IwPQ", "IwQR", "IvPQ", "IvQR": return try readIVFProductQuantizer(name)
        case "IwPf": return try readIVFFastScan(name)
        case "IHNf", "IHNs", "IHNp", "IHN2", "IH00", "IHNc", "IHc2": return try readHNSW(name)
        case "INSf", "INSp", "INSs": return try readNSG(name)
        case "IxPT": return try readPreTransform(name)
        case "IxMp", "IxM2": return try readIDMap(name)
        case "IxRF": return try readRefine(name)
        case "IwIQ": return try readIndependentQuantizer(name)
        case "IBxF": return try readBinaryFlat(name)
        case "IBwF": return try readBinaryIVF(name)
        case "IBHf": return try readBinaryHNSW(name)
        case "IBMp", "IBM2": return try readIDMap(name)
        default:
            guard let kind = name.indexName else {
                throw reader.invalid("\(prefix)fourcc", at: place, "it is '\(name)', and Faiss writes no such index")
            }
            throw reader.unsupported(
                "\(prefix)fourcc", at: place, "Faiss \(kind) index (\(name)) is not supported yet")
        }
    }

    mutating func note(_ name: String, _ value: some CustomStringConvertible) { parsing.note(prefix + name, value) }

    mutating func readHeader(isBinary: Bool = false) throws(IndexFileError) -> FaissHeader {
        let header = isBinary ? try FaissHeader(binary: &reader) : try FaissHeader(&reader)
        note("d", header.dimension)
        note("ntotal", header.count)
        note("is_trained", header.isTrained ? 1 : 0)
        note("metric_type", header.metricName)
        if header.metricArgument != 0 { note("metric_arg", header.metricArgument) }
        return header
    }

    /// The kind of an object, for people.
    func kind(_ name: FourCC) -> String { "\(name.indexName ?? "unknown") (\(name))" }
}

extension Parsing {
    mutating func faiss(_ bytes: FileBytes) throws(IndexFileError) -> IndexFile {
        var reader = FaissReader(bytes, self)
        return try reader.readFile()
    }

    /// Notes hints that the file contradicts; the file wins.
    mutating func compare(_ object: IndexObject) {
        if let told = hints.dimension, told != object.dimension {
            warnings.add("d", "the sidecar says \(told) components, and the file \(object.dimension)")
        }
        if let told = hints.metric, told != object.metric, !(told == .cosine && object.metric == .innerProduct) {
            warnings.add("metric_type", "the sidecar says \(told.rawValue), and the file \(object.metric.rawValue)")
        }
    }
}
