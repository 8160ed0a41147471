/// Binary indexes: vectors of bits, compared by the number of bits that differ (Hamming).
extension FaissReader {
    mutating func readBinaryFlat(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader(isBinary: true)
        let start = try readCodes(header.count, codeBytes: header.dimension / 8)
        let vectors = StoredVectors(
            encoding: .bits, dimension: header.dimension, count: header.count,
            placement: .rows(start: reader.bytes.base + start, stride: header.dimension / 8), bytes: [reader.bytes])
        return IndexObject(
            kind: kind(name), metric: header.metric, dimension: header.dimension, count: header.count,
            isTrained: header.isTrained, structure: .flat, vectors: vectors, labels: .positions)
    }

    mutating func readBinaryIVF(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let ivf = try readIVFHeader(isLegacy: false, isBinary: true)
        let lists = try readLists(ivf, codeBytes: ivf.header.dimension / 8)
        return try ivfObject(name, ivf, lists, .bits)
    }

    mutating func readBinaryHNSW(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader(isBinary: true)
        let graph = try readHNSWGraph(header)
        let storage = try readStorage(header)
        return graphObject(name, header, .faissHNSW(graph), storage)
    }
}
