/// Faiss's `HNSW` (faiss/impl/HNSW.h, Faiss 1.6 to 1.15): one array of links, in which each node owns a stretch.
///
/// Levels and stretches were checked and copied when the file was opened; the links are read from the file each time.
///
/// `@unchecked Sendable`: points into `FileBytes`, which it keeps.
public struct FaissHNSWGraph: LayeredGraph, @unchecked Sendable {
    public let count: Int
    /// −1 exactly when empty.
    public let entryPoint: Int32
    public let maxLevel: Int
    public let efConstruction: Int
    /// The value that the library uses after loading.
    public let efSearch: Int
    public let nodesPerLevel: [Int]
    /// For each level the place of its first link within a node's stretch, from level 0 up; the last entry closes.
    public let levelStarts: [Int]
    /// Highest level of each node.
    public let levels: [UInt8]
    /// For each node the number of its first link; one more closes.
    public let nodeStarts: [Int]
    /// Links, `Int32` each, not aligned; −1 ends a list early.
    public let neighbors: UnsafeRawPointer
    let bytes: FileBytes

    /// Links on layer 0 (2·M).
    public var M0: Int { levelStarts.count > 1 ? levelStarts[1] : 0 }
    /// Links on a higher layer.
    public var M: Int { levelStarts.count > 2 ? levelStarts[2] - levelStarts[1] : M0 / 2 }
    public var maxBaseLinks: Int { M0 }
    public var entryNode: UInt32? { entryPoint < 0 ? nil : UInt32(entryPoint) }

    @inlinable public func level(of node: UInt32) -> Int { Int(levels[Int(node)]) }

    /// Room for links of a node on a level that it is on: `Int32`s, up to the first −1.
    @inlinable public func links(of node: UInt32, level: Int) -> (ids: UnsafeRawPointer, capacity: Int) {
        let start = nodeStarts[Int(node)] + levelStarts[level]
        return (neighbors + start * 4, levelStarts[level + 1] - levelStarts[level])
    }

    public func forEachLink(of node: UInt32, level: Int, _ body: (UInt32) -> Void) {
        let (ids, capacity) = links(of: node, level: level)
        for place in 0..<capacity {
            let id = ids.loadUnaligned(fromByteOffset: place &* 4, as: Int32.self)
            if id < 0 { return }
            if Int(id) < count { body(UInt32(id)) }
        }
    }
}
