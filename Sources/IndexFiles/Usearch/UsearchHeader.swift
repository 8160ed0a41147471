/// The 64-byte head of a usearch index (`index_dense_head_t` in usearch/index_dense.hpp) and the 40 bytes of its graph's
/// header (`index_serialized_header_t` in usearch/index.hpp, usearch 2.4 to 2.26).
struct UsearchHeader {
    private static let magic = Array("usearch".utf8)
    private static let headBytes = 64
    /// Above this a corrupt field is likelier than a vector; Faiss has the same limit.
    private static let maxDimension: UInt64 = 1 << 20
    /// The longest list that is believed. The library has no limit of its own.
    private static let maxLinks: UInt64 = 65536

    private static let metrics: [UInt8: (metric: Metric, name: String)] = [
        UInt8(ascii: "i"): (.innerProduct, "ip"), UInt8(ascii: "c"): (.cosine, "cos"), UInt8(ascii: "e"): (.l2, "l2sq"),
        UInt8(ascii: "p"): (.pearson, "pearson"), UInt8(ascii: "h"): (.haversine, "haversine"),
        UInt8(ascii: "d"): (.divergence, "divergence"), UInt8(ascii: "b"): (.hamming, "hamming"),
        UInt8(ascii: "t"): (.tanimoto, "tanimoto"), UInt8(ascii: "s"): (.sorensen, "sorensen"),
        UInt8(ascii: "j"): (.jaccard, "jaccard"),
    ]

    /// Byte offset of the magic word.
    let start: Int
    let version: UsearchVersion
    let metricCode: UInt8
    let encoding: VectorEncoding
    /// What a removed vector has for a key: the largest value of the key's type (`default_free_value`).
    let freeKey: UInt64
    /// Bytes of a slot number in a list.
    let slotBytes: Int
    let present: UInt64
    let deleted: UInt64
    let dimension: Int
    /// Keys may stand on more than one vector.
    let isMulti: Bool
    /// Nodes, removed ones included.
    let count: Int
    let connectivity: Int
    let connectivityBase: Int
    /// −1 exactly when empty.
    let maxLevel: Int
    /// 0 when empty.
    let entrySlot: UInt32

    /// Byte offset of a field of the graph's header.
    func place(ofGraphField number: Int) -> Int { start + Self.headBytes + 8 * number }

    /// The metric that the file names; nil for one of the user's own.
    var metric: Metric? { Self.metrics[metricCode]?.metric }

    // MARK: Recognition

    /// Byte offset of the head: 0, or behind the matrix of vectors. nil when there is none.
    static func offset(in bytes: FileBytes) throws(IndexFileError) -> Int? {
        if try isMagic(bytes, at: 0) { return 0 }
        return try UsearchMatrix(before: bytes)?.end
    }

    static func isMagic(_ bytes: FileBytes, at offset: Int) throws(IndexFileError) -> Bool {
        guard offset <= bytes.count, bytes.count - offset >= magic.count else { return false }
        try bytes.require(offset, magic.count)
        return magic.indices.allSatisfy { bytes.base.load(fromByteOffset: offset + $0, as: UInt8.self) == magic[$0] }
    }

    // MARK: Parsing

    /// Reads both headers and checks them against each other.
    init(_ reader: inout ByteReader, _ parsing: inout Parsing) throws(IndexFileError) {
        start = reader.offset
        guard reader.remaining >= Self.headBytes + 40 else {
            throw reader.truncated("head", needs: "\(Self.headBytes + 40) bytes of usearch head and graph header")
        }
        _ = try reader.skip(UInt64(Self.magic.count), elementsOf: 1, "magic")
        version = UsearchVersion(
            major: try reader.read(UInt16.self, "version_major"), minor: try reader.read(UInt16.self, "version_minor"),
            patch: try reader.read(UInt16.self, "version_patch"))
        parsing.note("version", version)
        guard version.major == 2 else {
            throw reader.unsupported(
                "version", at: start + 7,
                "it is \(version); files of usearch 2 are read, and usearch itself reads no others")
        }
        metricCode = try reader.read(UInt8.self, "kind_metric")
        let scalar = try Self.kind(&reader, "kind_scalar", version, &parsing, metric: metricCode)
        encoding = try Self.encoding(scalar, version, reader)
        let key = try Self.kind(&reader, "kind_key", version, &parsing)
        guard let freeKey = key.freeKey else {
            throw reader.unsupported("kind_key", at: start + 15, "keys are \(key.name), and u64 and i64 are read")
        }
        self.freeKey = freeKey
        let slot = try Self.kind(&reader, "kind_compressed_slot", version, &parsing)
        guard let slotBytes = slot.slotBytes else {
            throw reader.unsupported(
                "kind_compressed_slot", at: start + 16, "slots are \(slot.name), and u32 and u40 are read")
        }
        self.slotBytes = slotBytes
        present = try reader.read(UInt64.self, "count_present")
        deleted = try reader.read(UInt64.self, "count_deleted")
        let dimension = try reader.read(UInt64.self, "dimensions")
        isMulti = try reader.readBool("multi")
        _ = try reader.skip(UInt64(start + Self.headBytes - reader.offset), elementsOf: 1, "head")

        let count = try reader.read(UInt64.self, "size")
        let connectivity = try reader.read(UInt64.self, "connectivity")
        let connectivityBase = try reader.read(UInt64.self, "connectivity_base")
        let maxLevel = try reader.read(UInt64.self, "max_level")
        let entrySlot = try reader.read(UInt64.self, "entry_slot")
        for (name, value) in [
            ("count_present", present), ("count_deleted", deleted), ("dimensions", dimension),
            ("multi", isMulti ? 1 : 0),
            ("size", count), ("connectivity", connectivity), ("connectivity_base", connectivityBase),
        ] { parsing.note(name, value) }
        parsing.note("max_level", Int64(bitPattern: maxLevel))
        parsing.note("entry_slot", entrySlot)

        guard 1...Self.maxDimension ~= dimension else {
            throw reader.invalid(
                "dimensions", at: start + 33, "it is \(dimension), and 1 to \(Self.maxDimension) is allowed")
        }
        guard count < UInt64(noNode) else {
            throw reader.unsupported(
                "size", at: start + 64, "\(count) vectors are more than 32-bit node numbers can name")
        }
        guard 2...Self.maxLinks ~= connectivity else {
            throw reader.invalid(
                "connectivity", at: start + 72, "it is \(connectivity), and 2 to \(Self.maxLinks) is allowed")
        }
        guard connectivity...Self.maxLinks ~= connectivityBase else {
            throw reader.invalid(
                "connectivity_base", at: start + 80,
                "it is \(connectivityBase), and connectivity (\(connectivity)) to \(Self.maxLinks) is allowed")
        }
        guard count == 0 || maxLevel <= UInt64(Int16.max) else {
            throw reader.invalid(
                "max_level", at: start + 88,
                "it is \(Int64(bitPattern: maxLevel)) with \(count) vectors, and 0 to \(Int16.max) is allowed")
        }
        guard count == 0 || entrySlot < count else {
            throw reader.invalid("entry_slot", at: start + 96, "it is \(entrySlot) with \(count) vectors")
        }
        self.dimension = Int(dimension)
        self.count = Int(count)
        self.connectivity = Int(connectivity)
        self.connectivityBase = Int(connectivityBase)
        self.maxLevel = count == 0 ? -1 : Int(maxLevel)
        self.entrySlot = count == 0 ? 0 : UInt32(entrySlot)
        remarks(maxLevel: maxLevel, &parsing.warnings)
    }

    /// Oddities that no search depends on.
    private func remarks(maxLevel: UInt64, _ warnings: inout WarningList) {
        if deleted > UInt64(count) || present != UInt64(count) - deleted {
            warnings.add(
                "count_present", offset: start + 17,
                "\(present) vectors are present and \(deleted) removed, and the graph's size is \(count)")
        }
        if count == 0, maxLevel != .max {
            warnings.add("max_level", offset: start + 88, "it is \(maxLevel) without vectors; −1 means an empty index")
        }
    }

    private static func kind(
        _ reader: inout ByteReader, _ field: String, _ version: UsearchVersion, _ parsing: inout Parsing,
        metric: UInt8? = nil
    ) throws(IndexFileError) -> UsearchScalarKind {
        if let metric { parsing.note("kind_metric", "\(metric) (\(metrics[metric]?.name ?? "unknown"))") }
        let code = try reader.read(UInt8.self, field)
        let kind = UsearchScalarKind(code: code, version: version)
        parsing.note(field, "\(code) (\(kind?.name ?? "unknown"))")
        guard let kind else {
            throw reader.invalid(field, at: reader.offset - 1, "it is \(code), and usearch \(version) has no such type")
        }
        return kind
    }

    private static func encoding(
        _ kind: UsearchScalarKind, _ version: UsearchVersion, _ reader: ByteReader
    ) throws(IndexFileError) -> VectorEncoding {
        switch kind {
        case .f32: return .float32
        case .f16: return .float16
        case .bf16: return .bfloat16
        case .b1: return .bitsFromTop
        case .i8: return version < UsearchVersion(major: 2, minor: 14, patch: 0) ? .hundredths : .int8
        default:
            throw reader.unsupported(
                "kind_scalar", at: reader.offset - 1,
                "vectors are stored as \(kind.name); f32, f16, bf16, i8 and b1x8 are read")
        }
    }
}

extension UsearchScalarKind {
    /// The key of a removed vector where keys have this type; nil for types that are not read.
    fileprivate var freeKey: UInt64? {
        switch self {
        case .u64: .max
        case .i64: UInt64(Int64.max)
        default: nil
        }
    }

    /// Bytes of a slot number of this type; nil for types that are not read.
    fileprivate var slotBytes: Int? {
        switch self {
        case .u32: 4
        case .u40: 5
        default: nil
        }
    }
}
