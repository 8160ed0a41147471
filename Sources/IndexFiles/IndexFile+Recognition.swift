extension IndexFile {
    /// Parses an index that lies in memory; which kind it is shows in its content, never in its name.
    static func parse(
        bytes: FileBytes, path: String, hints: IndexFileHints
    ) throws(IndexFileError) -> IndexFile {
        var reader = ByteReader(bytes, path: path)
        guard bytes.count >= 8 else {
            throw IndexFileError(
                code: .truncated, path: path, offset: 0,
                message: "the file's size is \(bytes.count) bytes, and no index is that small")
        }
        let name = try reader.readFourCC("fourcc")
        reader = ByteReader(bytes, path: path)
        switch name {
        case "IxF2", "IxFI", "IxFl": return try faissFlat(bytes: bytes, path: path, hints: hints)
        case "IwFl": return try faissIVF(bytes: bytes, path: path, hints: hints)
        case "VOYA": throw reader.unsupported("fourcc", "this is a Voyager index; hnswlib's and Faiss's own are read")
        default: break
        }
        if let kind = name.indexName {
            throw reader.unsupported(
                "fourcc", "this is a Faiss index of the kind '\(name)' (\(kind)); Flat and IVF Flat are read")
        }
        if HNSWHeader.isLikely(bytes) { return try hnswlib(bytes: bytes, path: path, hints: hints) }
        if isBruteForce(bytes) {
            throw reader.unsupported("max_elements", "this is hnswlib's brute-force index; its HNSW index is read")
        }
        throw IndexFileError(
            code: .unrecognised, path: path, offset: 0,
            message: "it begins with \(firstBytes(bytes)), which neither hnswlib nor Faiss writes")
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
