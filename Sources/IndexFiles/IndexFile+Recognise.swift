extension IndexFile {
    /// Recognises the format by content, never by name, and reads it.
    static func parse(_ bytes: FileBytes, path: String, hints: IndexFileHints) throws(IndexFileError) -> IndexFile {
        var reader = ByteReader(bytes, path: path)
        let firstBytes = (0..<min(8, bytes.count)).map { bytes.base.load(fromByteOffset: $0, as: UInt8.self) }
        if bytes.count >= 4 {
            let fourCC = try reader.readFourCC("fourcc")
            if FaissNames.known[fourCC] != nil {
                return try FaissReader.read(bytes, path: path, hints: hints)
            }
            if fourCC == "VOYA" {
                throw reader.error(.unsupported, "magic", at: 0, "voyager indexes are not supported yet")
            }
            if FaissNames.looksLikeFaiss(fourCC) {
                throw reader.error(
                    .unsupported, "fourcc", at: 0, "'\(fourCC)' is no index that Faiss 1.6 to 1.15 writes")
            }
        }
        // Without a magic number the header's inner equations tell: offset_level0 is 0 in every hnswlib file.
        if bytes.count >= 8, bytes.base.loadUnaligned(as: UInt64.self) == 0 {
            return try HNSWReader.read(bytes, path: path, hints: hints)
        }
        if isBruteForce(bytes) {
            throw reader.error(
                .unsupported, "header", at: 0, "hnswlib brute-force indexes (BFIndex) are not supported yet")
        }
        if bytes.count < 96 {
            throw reader.error(
                .truncated, "header", at: 0,
                "truncated: no index is as small as this; the size of the file is \(bytes.count) bytes, and it begins with \(firstBytes)"
            )
        }
        throw reader.error(
            .unrecognised, "header", at: 0,
            "neither an hnswlib file (offset_level0 would be 0) nor a Faiss index; it begins with the bytes \(firstBytes)"
        )
    }

    /// `BruteforceSearch::saveIndex`: max_elements, row size, count, then max_elements rows.
    private static func isBruteForce(_ bytes: FileBytes) -> Bool {
        guard bytes.count >= 24 else { return false }
        let capacity = bytes.base.loadUnaligned(as: UInt64.self)
        let row = bytes.base.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let count = bytes.base.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
        guard capacity > 0, row > 8, count <= capacity else { return false }
        let (product, overflow) = capacity.multipliedReportingOverflow(by: row)
        return !overflow && product == UInt64(bytes.count - 24)
    }
}
