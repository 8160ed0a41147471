/// Which nodes of an index may be results: a bit a node, made before the search, so that a step only looks it up.
///
/// `@unchecked Sendable`: the bits are written while it is made and never after.
public final class NodeFilter: @unchecked Sendable {
    /// Nodes of the index that it was made for.
    public let count: Int
    /// Nodes that may be results.
    public let allowedCount: Int
    /// Bit `node % 64` of word `node / 64`.
    @usableFromInline let words: UnsafeMutablePointer<UInt64>

    private var wordCount: Int { (count + 63) / 64 }

    /// Asks for every node from 0 up.
    public init(count: Int, allowing isAllowed: (UInt32) -> Bool) {
        self.count = count
        words = Self.zeros((count + 63) / 64)
        var allowed = 0
        for node in 0..<count where isAllowed(UInt32(node)) {
            words[node >> 6] |= 1 << UInt64(node & 63)
            allowed += 1
        }
        allowedCount = allowed
    }

    /// Allows the listed nodes and no other, or all others. Nodes beyond `count` are left out.
    public init(count: Int, nodes: some Sequence<UInt32>, areAllowed: Bool) {
        self.count = count
        words = Self.zeros((count + 63) / 64)
        var listed = 0
        for node in nodes where Int(node) < count {
            let bit: UInt64 = 1 << UInt64(node & 63)
            if words[Int(node >> 6)] & bit == 0 { listed += 1 }
            words[Int(node >> 6)] |= bit
        }
        guard !areAllowed else {
            allowedCount = listed
            return
        }
        for word in 0..<(count + 63) / 64 { words[word] = ~words[word] }
        // No node stands behind the last one.
        if count & 63 != 0 { words[count >> 6] &= (1 << UInt64(count & 63)) - 1 }
        allowedCount = count - listed
    }

    /// Takes the bits as they are, `(count + 63) / 64` words of them. Those beyond the last node must be 0.
    public init(count: Int, words bits: [UInt64]) {
        precondition(bits.count == (count + 63) / 64)
        self.count = count
        words = Self.zeros(bits.count)
        for (place, word) in bits.enumerated() { words[place] = word }
        allowedCount = bits.reduce(0) { $0 + $1.nonzeroBitCount }
    }

    deinit { words.deallocate() }

    /// True when the node, which must be below `count`, may be a result.
    @inlinable public func allows(_ node: UInt32) -> Bool {
        words[Int(node >> 6)] >> UInt64(node & 63) & 1 == 1
    }

    private static func zeros(_ count: Int) -> UnsafeMutablePointer<UInt64> {
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, count))
        words.initialize(repeating: 0, count: max(1, count))
        return words
    }
}
