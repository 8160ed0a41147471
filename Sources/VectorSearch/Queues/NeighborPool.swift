/// The candidates of Faiss's NSG search, nearest first: a sorted array of fixed length (`insert_into_pool` of
/// faiss/impl/NSG.cpp, Faiss 1.7 to 1.15). A view of a buffer, as `TieHeap`.
struct NeighborPool {
    struct Member {
        var distance: Float
        var node: UInt32
        var isExpanded: Bool
    }

    private let members: UnsafeMutablePointer<Member>
    let size: Int

    /// - Parameter first: `size` members, in the order in which they were found.
    init(_ buffer: GrowingBuffer<Member>, size: Int, first: (Int) -> Member) {
        members = buffer.room(for: size + 1)
        self.size = size
        for place in 0..<size { (members + place).initialize(to: first(place)) }
        // The library's `std::sort` leaves equal distances in an order of its own when there are more than 16.
        let sorted = (0..<size).map { members[$0] }.enumerated().sorted {
            ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset)
        }
        for (place, member) in sorted.enumerated() { members[place] = member.element }
    }

    subscript(place: Int) -> Member { members[place] }
    var worst: Float { members[size - 1].distance }

    mutating func markExpanded(_ place: Int) { members[place].isExpanded = true }

    /// Inserts a node; the last member falls out. Returns its place, or something beyond `size` when it was there already.
    mutating func insert(_ distance: Float, _ node: UInt32) -> Int {
        let member = Member(distance: distance, node: node, isExpanded: false)
        if members[0].distance > distance { return put(member, at: 0) }
        if worst < distance { return size }
        var left = 0
        var right = size - 1
        while left < right - 1 {
            let middle = (left + right) / 2
            if members[middle].distance > distance { right = middle } else { left = middle }
        }
        while left > 0 {
            if members[left].distance < distance { break }
            if members[left].node == node { return size + 1 }
            left -= 1
        }
        if members[left].node == node || members[right].node == node { return size + 1 }
        return put(member, at: right)
    }

    private func put(_ member: Member, at place: Int) -> Int {
        (members + place + 1).update(from: members + place, count: size - place)
        members[place] = member
        return place
    }
}
