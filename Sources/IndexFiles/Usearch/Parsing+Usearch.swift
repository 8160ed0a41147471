extension Parsing {
    mutating func usearch(_ bytes: FileBytes, headAt offset: Int) throws(IndexFileError) -> IndexFile {
        throw ByteReader(bytes).unsupported("magic", "usearch index is not supported yet")
    }
}

enum UsearchHeader {
    static func offset(in bytes: FileBytes) throws(IndexFileError) -> Int? { nil }
}
