public struct UsearchGraph: LayeredGraph {
    public let count: Int
    public let maxLevel: Int
    public let entryNode: UInt32?
    public let maxBaseLinks: Int
    public let nodesPerLevel: [Int]
    public func level(of node: UInt32) -> Int { 0 }
    public func forEachLink(of node: UInt32, level: Int, _ body: (UInt32) -> Void) {}
}

extension UsearchGraph {
    var tableBytes: Int { 0 }
}
