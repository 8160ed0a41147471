extension Parsing {
    mutating func annoy(_ bytes: FileBytes) throws(IndexFileError) -> IndexFile {
        throw ByteReader(bytes).unsupported("nodes", "Annoy index is not supported yet")
    }
}
