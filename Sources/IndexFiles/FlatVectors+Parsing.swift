extension FlatVectors {
    /// Reads an `IndexFlat` behind its fourcc: header, then the number of floats and the floats.
    init(_ reader: inout ByteReader, header: FaissHeader) throws(IndexFileError) {
        let place = reader.offset
        let floats = try reader.read(UInt64.self, "codes")
        let (rows, rest) = floats.quotientAndRemainder(dividingBy: UInt64(header.dimension))
        guard rest == 0, rows == header.ntotal else {
            throw reader.invalid(
                "codes", at: place,
                "there are \(floats) floats, and ntotal \(header.ntotal) × d \(header.dimension) is something else")
        }
        guard rows < UInt64(UInt32.max) else {
            throw reader.unsupported("ntotal", at: place, "\(rows) vectors are more than 32-bit node numbers can name")
        }
        vectorsOffset = try reader.skip(floats, elementsOf: 4, "codes")
        bytes = reader.bytes
        dimension = header.dimension
        count = Int(rows)
    }
}

extension IndexFile {
    /// Faiss's `IxF2`, `IxFI` and `IxFl`.
    static func faissFlat(
        bytes: FileBytes, path: String, hints: IndexFileHints
    ) throws(IndexFileError) -> IndexFile {
        var reader = ByteReader(bytes, path: path)
        let name = try reader.readFourCC("fourcc")
        let header = try FaissHeader(&reader)
        let flat = try FlatVectors(&reader, header: header)

        var warnings = WarningList()
        header.compare(hints, &warnings)
        for node in 0..<UInt32(flat.count) where !ContentChecks.allFinite(flat.vector(node), count: flat.dimension) {
            warnings.count("not finite") {
                ("codes", flat.vector(node) - bytes.base, "vector \(node) holds NaN or infinity")
            }
        }
        warnings.noteTrailing(reader)
        return IndexFile(
            path: path, library: .faiss, structure: .flat(flat), metric: header.metric, metricIsGuessed: false,
            metricReason: "stored in the file", dimension: header.dimension,
            header: [.init(name: "fourcc", value: "\(name)")] + header.fields, warnings: warnings.all,
            byteCount: bytes.count, hasWideLabels: false)
    }
}

extension WarningList {
    /// Faiss ignores what follows an index, so it is odd and not wrong.
    mutating func noteTrailing(_ reader: ByteReader) {
        guard reader.remaining > 0 else { return }
        add("size", offset: reader.offset, "\(reader.remaining) trailing bytes follow the index; Faiss ignores them")
    }
}
