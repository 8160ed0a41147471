/// usearch's HNSW as it lies in its files (`index_gt::save_to_stream` in usearch/index.hpp, usearch 2.4 to 2.26): a level
/// for each node, then the nodes, each with its key and a list of slots for each of its levels.
///
/// Levels and places of nodes were checked and copied when the file was opened; keys and links are read from the file each
/// time.
///
/// `@unchecked Sendable`: points into `FileBytes`, which it keeps.
public struct UsearchGraph: LayeredGraph, @unchecked Sendable {
    /// Slots, those of removed vectors included.
    public let count: Int
    /// Links that a node may have above layer 0.
    public let connectivity: Int
    /// Links that a node may have on layer 0.
    public let connectivityBase: Int
    public let maxLevel: Int
    public let entryNode: UInt32?
    /// Slots of removed vectors; they are walked but never returned. The header's number until they are counted.
    public internal(set) var deletedCount: Int
    public let nodesPerLevel: [Int]

    /// Bytes of a slot in a list: 4 or 5.
    public let slotBytes: Int
    /// The key of removed vectors.
    public let freeKey: UInt64
    /// Highest level of each node.
    public let levels: [Int16]
    /// Where the nodes begin, behind which `nodeOffsets` count.
    public let nodes: UnsafeRawPointer
    /// For each node its place; one more closes.
    public let nodeOffsets: [Int]
    let bytes: FileBytes

    /// Bytes of a node before its first list: key and level.
    public static let nodeHeadBytes = 10

    public var maxBaseLinks: Int { connectivityBase }
    /// Bytes of the tables made while parsing.
    var tableBytes: Int { nodeOffsets.count * MemoryLayout<Int>.size + levels.count * MemoryLayout<Int16>.size }

    /// Bytes of the list on layer 0.
    @inlinable public var baseListBytes: Int { 4 + slotBytes * connectivityBase }
    /// Bytes of a list on a higher layer.
    @inlinable public var upperListBytes: Int { 4 + slotBytes * connectivity }

    @inlinable public func level(of node: UInt32) -> Int { Int(levels[Int(node)]) }

    @inlinable public func key(_ node: UInt32) -> UInt64 {
        UInt64(littleEndian: (nodes + nodeOffsets[Int(node)]).loadUnaligned(as: UInt64.self))
    }

    /// True for the slot of a removed vector, which the next one that is added takes.
    @inlinable public func isDeleted(_ node: UInt32) -> Bool { key(node) == freeKey }

    /// The node's links on a level it is on, in stored order: to be read with `slot(_:_:)`.
    @inlinable public func links(of node: UInt32, level: Int) -> (slots: UnsafeRawPointer, count: Int) {
        let lists = nodes + nodeOffsets[Int(node)] + Self.nodeHeadBytes
        let list = level == 0 ? lists : lists + baseListBytes + (level - 1) * upperListBytes
        let count = UInt32(littleEndian: list.loadUnaligned(as: UInt32.self))
        return (list + 4, min(Int(count), level == 0 ? connectivityBase : connectivity))
    }

    /// The slot at a place of a list. It may be no node in a mapped file: compare it with `count`.
    @inlinable public func slot(_ slots: UnsafeRawPointer, _ place: Int) -> UInt64 {
        let slot = slots + place * slotBytes
        let low = UInt64(UInt32(littleEndian: slot.loadUnaligned(as: UInt32.self)))
        return slotBytes == 4 ? low : low | UInt64(slot.load(fromByteOffset: 4, as: UInt8.self)) << 32
    }

    public func forEachLink(of node: UInt32, level: Int, _ body: (UInt32) -> Void) {
        let (slots, linkCount) = links(of: node, level: level)
        for place in 0..<linkCount {
            let slot = slot(slots, place)
            if slot < UInt64(count) { body(UInt32(slot)) }
        }
    }
}
