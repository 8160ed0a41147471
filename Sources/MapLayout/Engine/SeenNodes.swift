/// A small set of nodes that is emptied at no cost.
struct SeenNodes {
    private var nodes: [UInt32]
    private var rounds: [UInt32]
    private var round: UInt32 = 1
    private let mask: Int

    /// - Parameter capacity: nodes that it can hold; more must not be inserted.
    init(capacity: Int) {
        var size = 64
        while size < 2 * capacity { size *= 2 }
        nodes = Array(repeating: 0, count: size)
        rounds = Array(repeating: 0, count: size)
        mask = size - 1
    }

    mutating func removeAll() {
        if round == .max {
            for place in rounds.indices { rounds[place] = 0 }
            round = 0
        }
        round += 1
    }

    /// - Returns: false when it is in already.
    @inline(__always)
    mutating func insert(_ node: UInt32) -> Bool {
        var place = Int(truncatingIfNeeded: (node &* 0x9E37_79B1) >> 7) & mask
        while rounds[place] == round {
            if nodes[place] == node { return false }
            place = (place + 1) & mask
        }
        rounds[place] = round
        nodes[place] = node
        return true
    }
}
