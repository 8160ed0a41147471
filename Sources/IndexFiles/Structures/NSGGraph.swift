/// Faiss's `NSG` (Fu, Xiang, Wang and Cai 2019; faiss/impl/NSG.h, Faiss 1.7.1 to 1.15): a graph on one layer.
///
/// `@unchecked Sendable`: points into `FileBytes`, which it keeps.
public struct NSGGraph: LayeredGraph, @unchecked Sendable {
    public let count: Int
    public let entryPoint: UInt32
    /// Links that a node has at most.
    public let R: Int
    /// Candidates kept in construction.
    public let L: Int
    public let C: Int
    /// Candidates that the library keeps in a search after loading.
    public let searchL: Int
    /// For each node the place of its first link behind `links`, in links; one more closes. Each list ends with a −1.
    public let starts: [Int]
    /// `Int32`s, not aligned.
    public let links: UnsafeRawPointer
    let bytes: FileBytes

    public var maxLevel: Int { count == 0 ? -1 : 0 }
    public var entryNode: UInt32? { count == 0 ? nil : entryPoint }
    public var maxBaseLinks: Int { R }
    public var nodesPerLevel: [Int] { count == 0 ? [] : [count] }

    public func level(of node: UInt32) -> Int { 0 }

    public func forEachLink(of node: UInt32, level: Int, _ body: (UInt32) -> Void) {
        for place in starts[Int(node)]..<(starts[Int(node) + 1] - 1) {
            let id = links.loadUnaligned(fromByteOffset: place * 4, as: Int32.self)
            if id >= 0, Int(id) < count { body(UInt32(id)) }
        }
    }
}
