/// hnswlib's `HierarchicalNSW` as it lies in its files (hnswlib 0.2 to 0.8, `saveIndex`; Chroma's and Voyager's copies of
/// it use the same records).
///
/// All that leads to an address was checked and copied when the file was opened. Link counts and ids are read from the
/// file each time: in a settled index they are checked too, in a mapped one a search must compare each id with `count`.
/// Nothing in the file is aligned, so loads are unaligned.
///
/// `@unchecked Sendable`: points into `FileBytes`, which it keeps.
public struct HNSWGraph: LayeredGraph, @unchecked Sendable {
    public let count: Int
    public let M: Int
    public let maxM: Int
    public let maxM0: Int
    public let efConstruction: UInt64
    public let maxLevel: Int
    /// `noNode` exactly when empty.
    public let entryPoint: UInt32
    /// Nodes marked deleted; they are walked but never returned. nil while nobody has counted them, which takes a look at
    /// every record.
    public internal(set) var deletedCount: Int?
    public let nodesPerLevel: [Int]

    /// The level-0 records: links, vector, label.
    public let records: UnsafeRawPointer
    public let recordBytes: Int
    public let vectorOffset: Int
    public let labelOffset: Int
    /// For each node the place of its upper lists behind `upperBase`, and, at `count`, the end.
    public let upperOffsets: [UInt32]
    public let upperBase: UnsafeRawPointer
    let recordFile: FileBytes
    let upperFile: FileBytes

    public var entryNode: UInt32? { count == 0 ? nil : entryPoint }
    public var maxBaseLinks: Int { maxM0 }

    @inlinable public var upperListBytes: Int { 4 + 4 * maxM }

    @inlinable public func record(_ node: UInt32) -> UnsafeRawPointer { records + Int(node) &* recordBytes }

    /// Bytes of the node's upper lists.
    @inlinable public func upperBytes(of node: UInt32) -> Int {
        Int(upperOffsets[Int(node) + 1] &- upperOffsets[Int(node)]) - 4
    }

    /// The highest level the node is on.
    @inlinable public func level(of node: UInt32) -> Int {
        upperBytes(of: node) / upperListBytes
    }

    /// The node's links on a level it is on, in stored order: each is a `UInt32` to be loaded unaligned.
    @inlinable public func links(of node: UInt32, level: Int) -> (ids: UnsafeRawPointer, count: Int) {
        let list: UnsafeRawPointer
        let most: Int
        if level == 0 {
            list = record(node)
            most = maxM0
        } else {
            list = upperBase + (Int(upperOffsets[Int(node)]) &+ 4 &+ (level &- 1) &* upperListBytes)
            most = maxM
        }
        return (list + 4, min(Int(list.loadUnaligned(as: UInt16.self)), most))
    }

    public func forEachLink(of node: UInt32, level: Int, _ body: (UInt32) -> Void) {
        let (ids, linkCount) = links(of: node, level: level)
        for place in 0..<linkCount {
            let id = ids.loadUnaligned(fromByteOffset: place &* 4, as: UInt32.self)
            if id < UInt32(count) { body(id) }
        }
    }

    @inlinable public func isDeleted(_ node: UInt32) -> Bool {
        record(node).load(fromByteOffset: 2, as: UInt8.self) & 1 == 1
    }

    @inlinable public func vector(_ node: UInt32) -> UnsafeRawPointer { record(node) + vectorOffset }

    @inlinable public func label(_ node: UInt32) -> VectorLabel {
        VectorLabel(record(node).loadUnaligned(fromByteOffset: labelOffset, as: UInt64.self))
    }

    /// True when the node exists on the level: a link there may lead to it.
    @inlinable public func isOnLevel(_ node: UInt32, _ level: Int) -> Bool {
        level == 0 || upperBytes(of: node) >= level * upperListBytes
    }
}
