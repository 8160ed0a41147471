/// The memory that an index takes.
public struct MemoryFigures: Sendable, Equatable {
    /// Bytes of its files.
    public let fileBytes: Int
    /// Bytes of them in private memory.
    public let privateBytes: Int
    /// Bytes of them in mappings, which the kernel may drop and read again.
    public let mappedBytes: Int
    /// Bytes of both that are in memory now.
    public let residentBytes: Int
    /// Bytes of tables made while parsing: levels, places of lists.
    public let tableBytes: Int
}

extension IndexFile {
    /// Looks the figures up; `residentBytes` takes a system call for each 256 pages.
    public var memory: MemoryFigures {
        let mapped = files.reduce(0) { $0 + ($1.isMapped ? $1.count : 0) }
        return MemoryFigures(
            fileBytes: byteCount, privateBytes: byteCount - mapped, mappedBytes: mapped,
            residentBytes: files.reduce(0) { $0 + $1.residentBytes }, tableBytes: object.tableBytes)
    }
}

extension IndexObject {
    /// Bytes of the tables beside the file's bytes.
    var tableBytes: Int {
        let word = MemoryLayout<Int>.size
        return switch structure {
        case .flat: 0
        case .hnsw(let graph): graph.upperOffsets.count * word
        case .faissHNSW(let graph): graph.nodeStarts.count * word + graph.levels.count
        case .nsg(let graph): graph.starts.count * word
        case .usearch(let graph): graph.tableBytes
        case .forest(let forest): forest.tableBytes
        case .ivf(let lists): lists.places.starts.count * 3 * word + lists.quantizer.tableBytes
        }
    }
}
