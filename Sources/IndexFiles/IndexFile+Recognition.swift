extension IndexFile {
    /// The names of the files in a folder of Chroma's.
    public static let chromaFiles = ["header.bin", "data_level0.bin", "length.bin", "link_lists.bin"]

    /// Parses an index; which kind it is shows in its content, never in its name.
    static func recognise(_ parsing: inout Parsing) throws(IndexFileError) -> IndexFile {
        if parsing.files.isFolder { return try parsing.chroma() }
        let bytes = try parsing.files.main()
        guard bytes.count >= 8 else {
            throw IndexFileError(
                code: .truncated, path: bytes.path, offset: 0,
                message: "the file's size is \(bytes.count) bytes, and no index is that small")
        }
        try bytes.require(0, min(bytes.count, HNSWHeader.byteCount))
        var reader = ByteReader(bytes)
        let name = try reader.readFourCC("fourcc")
        if name == "VOYA" { return try parsing.voyager(bytes) }
        if name.indexName != nil { return try parsing.faiss(bytes) }
        if let usearch = try UsearchHeader.offset(in: bytes) { return try parsing.usearch(bytes, headAt: usearch) }
        if HNSWHeader.isLikely(bytes) { return try parsing.hnswlib(bytes) }
        if bytes.count == HNSWHeader.byteCount + 4, HNSWHeader.isLikely(bytes, at: 4) {
            throw reader.unsupported(
                "version", at: 0, "this is the header.bin of a Chroma index; its folder must be named instead")
        }
        if isBruteForce(bytes) { return try parsing.hnswlibBruteForce(bytes) }
        // Annoy's files have no mark at all: only what the sidecar says makes one of them.
        if let metric = parsing.hints.metric, AnnoyForest.metrics.contains(metric), parsing.hints.dimension != nil {
            return try parsing.annoy(bytes)
        }
        throw IndexFileError(
            code: .unrecognised, path: bytes.path, offset: 0,
            message: "it begins with \(firstBytes(bytes)), which no library that annscope knows writes; for an Annoy "
                + "index the sidecar must say its metric and dimension")
    }

    /// hnswlib's `BruteforceSearch::saveIndex`: capacity, row bytes, count, then capacity rows of vector and label.
    private static func isBruteForce(_ bytes: FileBytes) -> Bool {
        guard bytes.count >= 24 else { return false }
        let capacity = bytes.base.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        let rowBytes = bytes.base.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let count = bytes.base.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        let (body, overflow) = capacity.multipliedReportingOverflow(by: rowBytes)
        return !overflow && rowBytes > 8 && count <= capacity && body == UInt64(bytes.count - 24)
    }

    /// Up to 16 bytes in hexadecimal and as text.
    private static func firstBytes(_ bytes: FileBytes) -> String {
        let first = (0..<min(16, bytes.count)).map { bytes.base.load(fromByteOffset: $0, as: UInt8.self) }
        let hexadecimal = first.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
        let text = String(first.map { (0x20..<0x7F).contains($0) ? Character(UnicodeScalar($0)) : "." })
        return "\(hexadecimal) (\"\(text)\")"
    }
}
