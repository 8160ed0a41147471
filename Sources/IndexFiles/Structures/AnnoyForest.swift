/// Annoy's trees (`AnnoyIndex` in annoylib.h, Annoy 1.17): nodes of one size, first the items, then the inner nodes of all
/// trees, then the roots once more.
///
/// Nothing in the file says its metric or dimension. The sizes and the roots were checked and copied when it was opened;
/// children and ids are read from the file each time. Every inner node stands behind its children, so a walk that follows
/// only those before the node ends even in a mapped file whose writer is at work.
///
/// `@unchecked Sendable`: points into `FileBytes`, which it keeps.
public struct AnnoyForest: @unchecked Sendable {
    /// Metrics that Annoy has; its manhattan is `l1`.
    static let metrics = Set(AnnoyLayout.names.map(\.metric))

    /// What a node is.
    public enum NodeKind: Sendable, Equatable {
        /// A vector that was added.
        case item
        /// A number below `count` that no vector was added for.
        case absentItem
        /// The ids of a few items.
        case bucket(Int)
        /// A plane with a child on either side.
        case split
    }

    /// Items, with those that were never added.
    public let count: Int
    /// Items that were never added; nil while nobody has counted them.
    public internal(set) var absentCount: Int?
    /// Items, inner nodes and the copies of the roots.
    public let nodeCount: Int
    /// The trees' roots as the library finds them when it loads the file: from its end, the last tree first. In a forest so
    /// small that its roots stand side by side they are found twice, as the library finds them.
    public let roots: [UInt32]
    /// Trees that were built.
    public let treeCount: Int
    /// Ids that fit into a bucket.
    public let bucketCapacity: Int
    let layout: AnnoyLayout
    let bytes: FileBytes

    /// Bytes of the tables made while parsing.
    var tableBytes: Int { roots.count * MemoryLayout<UInt32>.size }

    /// Vectors under a node, as it says: the count of all items for a root, 1 for an item.
    public func descendants(of node: UInt32) -> Int {
        Int(Int32(littleEndian: address(node).loadUnaligned(as: Int32.self)))
    }

    /// What a node is. The node must be below `nodeCount`.
    public func kind(of node: UInt32) -> NodeKind {
        let descendants = descendants(of: node)
        if Int(node) < count { return descendants == 1 ? .item : .absentItem }
        return descendants <= bucketCapacity ? .bucket(max(0, descendants)) : .split
    }

    /// Hands over the two children of a split. Every one is before the node.
    public func forEachChild(of node: UInt32, _ body: (UInt32) -> Void) {
        for side in 0..<2 {
            let child = word(side, of: node)
            if child >= 0, child < Int64(node) { body(UInt32(child)) }
        }
    }

    /// Hands over the items in a bucket. Every one is below `count`.
    public func forEachItem(inBucket node: UInt32, _ body: (UInt32) -> Void) {
        guard case .bucket(let size) = kind(of: node) else { return }
        for place in 0..<size {
            let item = word(place, of: node)
            if item >= 0, item < Int64(count) { body(UInt32(item)) }
        }
    }

    /// Walks through a tree from a root, the first child first. An inner node that is met again, which no sound tree has,
    /// is left out.
    ///
    /// - Parameter body: gets splits, buckets and single items, and how many steps they are below the root.
    public func forEachNode(ofTree root: UInt32, _ body: (_ node: UInt32, _ depth: Int) -> Void) {
        var seen: Set<UInt32> = []
        var open: [(node: UInt32, depth: Int)] = [(root, 0)]
        while let (node, depth) = open.popLast() {
            guard Int(node) < count || seen.insert(node).inserted else { continue }
            body(node, depth)
            guard case .split = kind(of: node) else { continue }
            let first = open.count
            forEachChild(of: node) { open.append(($0, depth + 1)) }
            open[first...].reverse()
        }
    }

    /// Steps from a root to the node that is farthest below it.
    public func depth(ofTree root: UInt32) -> Int {
        var depth = 0
        forEachNode(ofTree: root) { depth = max(depth, $1) }
        return depth
    }

    /// The address of a node, which must be below `nodeCount`.
    @usableFromInline func address(_ node: UInt32) -> UnsafeRawPointer { bytes.base + Int(node) * layout.nodeBytes }

    /// One of the numbers in the children's place: a child, or an id of a bucket.
    @usableFromInline func word(_ place: Int, of node: UInt32) -> Int64 {
        let word = address(node).loadUnaligned(fromByteOffset: layout.childrenOffset + 4 * place, as: Int32.self)
        return Int64(Int32(littleEndian: word))
    }
}
