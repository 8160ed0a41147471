/// For each row of a table those among whose nearest it is, at most as many as the table is wide: the nearest ranks first.
struct ReverseLinks: Sendable {
    struct Link {
        /// Whose neighbour it is.
        let row: UInt32
        /// Its place among that row's neighbours.
        let rank: UInt32
    }

    private let width: Int
    private var counts: [UInt32]
    private var entries: [Link]

    init(_ table: NeighbourTable) {
        width = table.width
        counts = Array(repeating: 0, count: table.count)
        entries = Array(repeating: Link(row: .max, rank: 0), count: table.ids.count)
        for rank in 0..<width {
            for row in 0..<table.count {
                let target = table.ids[row * width + rank]
                guard target != .max, counts[Int(target)] < UInt32(width) else { continue }
                entries[Int(target) * width + Int(counts[Int(target)])] = Link(row: UInt32(row), rank: UInt32(rank))
                counts[Int(target)] += 1
            }
        }
    }

    func links(of row: Int) -> ArraySlice<Link> { entries[row * width..<row * width + Int(counts[row])] }
}
