/// Which nodes a search has met: a mark per node that is out of date as soon as the next search begins, so that
/// starting one costs nothing.
struct VisitedNodes {
    private var marks: [UInt32] = []
    private var current: UInt32 = 0

    mutating func begin(count: Int) {
        if marks.count < count { marks += [UInt32](repeating: 0, count: count - marks.count) }
        current &+= 1
        if current == 0 {
            for node in marks.indices { marks[node] = 0 }
            current = 1
        }
    }

    /// Marks a node. Returns true when it was new.
    mutating func insert(_ node: UInt32) -> Bool {
        guard marks[Int(node)] != current else { return false }
        marks[Int(node)] = current
        return true
    }
}
