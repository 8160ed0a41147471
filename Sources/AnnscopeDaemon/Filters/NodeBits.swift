internal import VectorSearch

/// A set of nodes while a filter is made: a bit a node.
struct NodeBits {
    /// Nodes of the index.
    let count: Int
    /// Bit `node % 64` of word `node / 64`.
    private(set) var words: [UInt64]

    init(count: Int) {
        self.count = count
        words = [UInt64](repeating: 0, count: (count + 63) / 64)
    }

    /// The nodes whose code is marked in a table.
    ///
    /// - Parameters:
    ///   - codes: one for each node, each a place in the table.
    ///   - isMarked: 1 or 0 for each code.
    init(codes: [UInt32], isMarked: [UInt8]) {
        self.init(count: codes.count)
        let count = count
        codes.withUnsafeBufferPointer { codes in
            isMarked.withUnsafeBufferPointer { isMarked in
                for word in words.indices {
                    let first = word * 64
                    var bits: UInt64 = 0
                    for bit in 0..<min(64, count - first) {
                        bits |= UInt64(isMarked[Int(codes[first + bit])]) << UInt64(bit)
                    }
                    words[word] = bits
                }
            }
        }
    }

    init(count: Int, where isIn: (UInt32) -> Bool) {
        self.init(count: count)
        for node in 0..<UInt32(count) where isIn(node) { insert(node) }
    }

    mutating func insert(_ node: UInt32) { words[Int(node >> 6)] |= 1 << UInt64(node & 63) }

    mutating func formIntersection(_ other: NodeBits) {
        for word in words.indices { words[word] &= other.words[word] }
    }

    mutating func formUnion(_ other: NodeBits) {
        for word in words.indices { words[word] |= other.words[word] }
    }

    mutating func subtract(_ other: NodeBits) {
        for word in words.indices { words[word] &= ~other.words[word] }
    }

    /// The other nodes of the index.
    mutating func invert() {
        for word in words.indices { words[word] = ~words[word] }
        // No node stands behind the last one.
        if count & 63 != 0 { words[words.count - 1] &= (1 << UInt64(count & 63)) - 1 }
    }

    var filter: NodeFilter { NodeFilter(count: count, words: words) }
}
