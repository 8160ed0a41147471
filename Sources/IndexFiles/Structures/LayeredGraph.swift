/// A graph of nodes on layers, whoever wrote it. What a search walks on a path that must be fast has its own accessors.
public protocol LayeredGraph: Sendable {
    var count: Int { get }
    /// −1 exactly when empty.
    var maxLevel: Int { get }
    /// Where a search begins; nil exactly when empty.
    var entryNode: UInt32? { get }
    /// Links that a node may have on layer 0.
    var maxBaseLinks: Int { get }
    /// Nodes on each layer, from 0 up.
    var nodesPerLevel: [Int] { get }

    /// The highest layer that a node is on.
    func level(of node: UInt32) -> Int

    /// Hands over the links of a node on a layer that it is on, in stored order. Every link is below `count`, also in a
    /// mapped file whose writer is at work.
    func forEachLink(of node: UInt32, level: Int, _ body: (UInt32) -> Void)
}

extension LayeredGraph {
    /// The links of a node on a layer that it is on, in stored order.
    public func linkedNodes(of node: UInt32, level: Int) -> [UInt32] {
        var nodes: [UInt32] = []
        forEachLink(of: node, level: level) { nodes.append($0) }
        return nodes
    }

    /// Links on each layer, from 0 up. Walks the whole graph.
    public func linksPerLevel() -> [Int] {
        var links = [Int](repeating: 0, count: max(0, maxLevel + 1))
        for node in 0..<UInt32(count) {
            for level in 0...min(level(of: node), maxLevel) {
                forEachLink(of: node, level: level) { _ in links[level] += 1 }
            }
        }
        return links
    }
}

/// Stands for no node in 32 bits.
public let noNode: UInt32 = 0xFFFF_FFFF
