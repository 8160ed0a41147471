/// The 13 fields with which hnswlib's `saveIndex` begins (hnswlib 0.2 to 0.8, `hnswalg.h`): no magic, no version. Chroma and
/// Voyager put a few bytes before them.
struct HNSWHeader {
    static let byteCount = 96
    /// Fields are 16 bits wide where hnswlib counts links.
    private static let maxLinks: UInt64 = 65535
    /// The widest vector that is believed, 1 GiB: beyond, a corrupt offset is likelier than a vector.
    private static let maxVectorBytes: UInt64 = 1 << 30
    /// Above this, `max_elements` and `ef_construction` are worth a remark: ids have 32 bits.
    private static let remarkable: UInt64 = 1 << 32

    /// Byte offset of the first field.
    let start: Int
    let maxElements: UInt64
    let count: Int
    let recordBytes: Int
    let labelOffset: Int
    let vectorOffset: Int
    let maxLevel: Int
    let entryPoint: UInt32
    let maxM: Int
    let maxM0: Int
    let M: UInt64
    let mult: Double
    let efConstruction: UInt64

    var vectorBytes: Int { labelOffset - vectorOffset }

    /// True when the fields agree with each other as only hnswlib's do. One disagreement is forgiven, so that a
    /// damaged hnswlib file is reported as such and not as unknown.
    static func isLikely(_ bytes: FileBytes, at start: Int = 0) -> Bool {
        func word(_ offset: Int) -> UInt64 { bytes.base.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self) }
        guard bytes.count >= start + byteCount else { return bytes.count >= 8 && word(0) == 0 }
        let listsAgree = word(40) == 4 &+ 4 &* word(64)
        let recordAgrees = word(24) == word(32) &+ 8
        return word(0) == 0 ? listsAgree || recordAgrees : listsAgree && recordAgrees
    }

    /// Reads the header and checks it against itself.
    init(_ reader: inout ByteReader) throws(IndexFileError) {
        start = reader.offset
        guard reader.remaining >= HNSWHeader.byteCount else {
            throw reader.truncated("header", needs: "\(HNSWHeader.byteCount) bytes of hnswlib header")
        }
        let offsetLevel0 = try reader.read(UInt64.self, "offset_level0")
        maxElements = try reader.read(UInt64.self, "max_elements")
        let count = try reader.read(UInt64.self, "count")
        let recordBytes = try reader.read(UInt64.self, "size_data_per_element")
        let labelOffset = try reader.read(UInt64.self, "label_offset")
        let vectorOffset = try reader.read(UInt64.self, "offset_data")
        maxLevel = Int(try reader.read(Int32.self, "max_level"))
        entryPoint = try reader.read(UInt32.self, "entry_point")
        let maxM = try reader.read(UInt64.self, "maxM")
        let maxM0 = try reader.read(UInt64.self, "maxM0")
        M = try reader.read(UInt64.self, "M")
        mult = try reader.readDouble("mult")
        efConstruction = try reader.read(UInt64.self, "ef_construction")

        guard offsetLevel0 == 0 else {
            throw reader.invalid("offset_level0", at: start, "it is \(offsetLevel0), and hnswlib always writes 0")
        }
        guard 1...HNSWHeader.maxLinks ~= maxM else {
            throw reader.invalid("maxM", at: start + 56, "it is \(maxM), and 1 to \(HNSWHeader.maxLinks) is allowed")
        }
        guard 1...HNSWHeader.maxLinks ~= maxM0 else {
            throw reader.invalid("maxM0", at: start + 64, "it is \(maxM0), and 1 to \(HNSWHeader.maxLinks) is allowed")
        }
        guard vectorOffset == 4 + 4 * maxM0 else {
            throw reader.invalid(
                "offset_data", at: start + 40, "it is \(vectorOffset), and 4 + 4 · maxM0 is \(4 + 4 * maxM0)")
        }
        guard labelOffset > vectorOffset, labelOffset - vectorOffset <= HNSWHeader.maxVectorBytes else {
            throw reader.invalid(
                "label_offset", at: start + 32,
                "it is \(labelOffset), and a vector of 1 to \(HNSWHeader.maxVectorBytes) bytes must fit between "
                    + "offset_data \(vectorOffset) and it")
        }
        guard recordBytes == labelOffset + 8 else {
            throw reader.invalid(
                "size_data_per_element", at: start + 24,
                "it is \(recordBytes), and label_offset + 8 is \(labelOffset + 8)")
        }
        guard count < UInt64(noNode) else {
            throw reader.invalid("count", at: start + 16, "it is \(count), and ids have 32 bits")
        }
        self.count = Int(count)
        self.recordBytes = Int(recordBytes)
        self.labelOffset = Int(labelOffset)
        self.vectorOffset = Int(vectorOffset)
        self.maxM = Int(maxM)
        self.maxM0 = Int(maxM0)
    }

    /// Checks that `bytes` hold all records, and for each node at least `more` bytes behind them.
    func checkFits(_ bytes: Int, more: Int, _ reader: ByteReader) throws(IndexFileError) {
        let fitting = bytes / (recordBytes + more)
        guard count <= fitting else {
            throw IndexFileError(
                code: .truncated, path: reader.path, offset: start + 16, field: "count",
                message: "it says \(count) vectors of \(recordBytes) bytes each, and the file's size has room for "
                    + "\(fitting): the field is damaged, or the file was cut short")
        }
    }

    func checkEntry(_ reader: ByteReader) throws(IndexFileError) {
        guard (count == 0) == (maxLevel == -1), maxLevel >= -1 else {
            throw reader.invalid(
                "max_level", at: start + 48, "it is \(maxLevel) with \(count) vectors; −1 means an empty index")
        }
        let entryIsSound = count == 0 ? entryPoint == noNode : entryPoint < UInt32(count)
        guard entryIsSound else {
            throw reader.invalid(
                "entry_point", at: start + 52, "it is \(entryPoint) with \(count) vectors; \(noNode) means none")
        }
    }

    /// Oddities that no search depends on.
    func remarks(_ warnings: inout WarningList) {
        if maxElements < UInt64(count) {
            warnings.add(
                "max_elements", offset: start + 8,
                "the max_elements (capacity) is \(maxElements), less than the count \(count)"
            )
        } else if maxElements >= HNSWHeader.remarkable {
            warnings.add(
                "max_elements", offset: start + 8,
                "the max_elements (capacity) is \(maxElements), more than ids can name")
        }
        if M == 0 || M > HNSWHeader.maxLinks {
            warnings.add("M", offset: start + 72, "M is \(M); maxM (\(maxM)) is used")
        }
        // M = 1 makes the library itself write infinity.
        if mult.isNaN || mult < 0 {
            warnings.add("mult", offset: start + 80, "mult is \(mult); searches do not use it")
        }
        if efConstruction >= HNSWHeader.remarkable {
            warnings.add(
                "ef_construction", offset: start + 88, "ef_construction is \(efConstruction); searches do not use it")
        }
    }

    /// The fields for people, in file order.
    func note(_ parsing: inout Parsing) {
        parsing.note("offset_level0", 0)
        parsing.note("max_elements", maxElements)
        parsing.note("count", count)
        parsing.note("size_data_per_element", recordBytes)
        parsing.note("label_offset", labelOffset)
        parsing.note("offset_data", vectorOffset)
        parsing.note("max_level", maxLevel)
        parsing.note("entry_point", entryPoint)
        parsing.note("maxM", maxM)
        parsing.note("maxM0", maxM0)
        parsing.note("M", M)
        parsing.note("mult", mult)
        parsing.note("ef_construction", efConstruction)
    }
}
