/// hnswlib's `HierarchicalNSW` as it lies in its file (hnswlib 0.2 to 0.8, `saveIndex`). Every link has been checked:
/// ids are below `count` and exist on the level they are linked on, so the accessors below need no further checks.
///
/// Nodes are internal ids. Nothing in the file is aligned, so loads are unaligned.
///
/// `@unchecked Sendable`: points into `FileBytes`, which is immutable.
public struct HNSWGraph: @unchecked Sendable {
    public let bytes: FileBytes
    public let count: Int
    public let M: Int
    public let maxM: Int
    public let maxM0: Int
    public let efConstruction: UInt64
    /// −1 exactly when empty.
    public let maxLevel: Int
    /// `noNode` exactly when empty.
    public let entryPoint: UInt32
    /// Nodes marked deleted; they are walked but never returned.
    public let deletedCount: Int
    /// Nodes on each level, from level 0 up.
    public let nodesPerLevel: [Int]

    /// Byte offset of level 0 in the file (96).
    public let level0Offset: Int
    /// Bytes of a level-0 record: links, vector, label.
    public let recordBytes: Int
    public let vectorOffset: Int
    public let labelOffset: Int
    /// For each node the byte offset of its upper lists, and, at `count`, the end of the file.
    public let upperOffsets: [Int]

    public static let noNode: UInt32 = 0xFFFF_FFFF

    @inlinable public var upperListBytes: Int { 4 + 4 * maxM }

    @inlinable public func record(_ node: UInt32) -> UnsafeRawPointer {
        bytes.base + (level0Offset &+ Int(node) &* recordBytes)
    }

    /// The highest level the node is on.
    @inlinable public func level(of node: UInt32) -> Int {
        let start = upperOffsets[Int(node)]
        return (upperOffsets[Int(node) + 1] - start - 4) / upperListBytes
    }

    /// The node's links on a level it is on, in stored order: each is a `UInt32` to be loaded unaligned.
    @inlinable public func links(of node: UInt32, level: Int) -> (ids: UnsafeRawPointer, count: Int) {
        let list =
            level == 0
            ? record(node) : bytes.base + (upperOffsets[Int(node)] &+ 4 &+ (level &- 1) &* upperListBytes)
        return (list + 4, Int(list.loadUnaligned(as: UInt16.self)))
    }

    @inlinable public func isDeleted(_ node: UInt32) -> Bool {
        record(node).load(fromByteOffset: 2, as: UInt8.self) & 1 == 1
    }

    /// `dimension` floats, not aligned.
    @inlinable public func vector(_ node: UInt32) -> UnsafeRawPointer { record(node) + vectorOffset }

    @inlinable public func label(_ node: UInt32) -> VectorLabel {
        VectorLabel(record(node).loadUnaligned(fromByteOffset: labelOffset, as: UInt64.self))
    }
}
