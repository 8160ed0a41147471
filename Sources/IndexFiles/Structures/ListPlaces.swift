/// Where the inverted lists of an IVF index lie. A node is a vector's position in the concatenated lists.
///
/// `@unchecked Sendable`: points into `FileBytes`, which the index keeps.
public struct ListPlaces: @unchecked Sendable {
    /// For each list the node of its first vector; one more closes.
    public let starts: [Int]
    /// For each list its codes, one after the other. nil where the codes are not stored.
    public let codes: [UnsafeRawPointer]
    /// For each list its ids, `Int64` each.
    public let ids: [UnsafeRawPointer]
    /// Bytes of a code.
    public let codeBytes: Int

    public var count: Int { starts[starts.count - 1] }
    @inlinable public func size(of list: Int) -> Int { starts[list + 1] - starts[list] }

    /// The list that holds a node, by binary search.
    public func list(of node: UInt32) -> Int {
        var low = 0
        var high = starts.count - 1
        while low + 1 < high {
            let middle = (low + high) / 2
            if starts[middle] <= Int(node) { low = middle } else { high = middle }
        }
        return low
    }

    public func id(_ node: UInt32) -> Int64 {
        let list = list(of: node)
        return ids[list].loadUnaligned(fromByteOffset: (Int(node) - starts[list]) * 8, as: Int64.self)
    }
}
