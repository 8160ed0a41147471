/// The pool of Faiss's NSG search: candidates and results in one.
final class FaissPoolQueue: QueueReplay {
    private let size: Int
    /// What the pool begins with, until it is full.
    private var first: [NeighborPool.Member] = []
    private var pool: NeighborPool?
    private let buffer = GrowingBuffer<NeighborPool.Member>()

    init(size: Int) { self.size = size }

    func take(_ node: UInt32) -> Bool {
        guard let place = members.firstIndex(where: { $0.node == node && !$0.isExpanded }) else { return false }
        pool?.markExpanded(place)
        return pool != nil
    }

    func keep(_ node: UInt32, _ key: Float, mayBeResult: Bool) -> [StageReplay.Leaving] {
        guard pool == nil else {
            let worst = pool?[size - 1].node ?? node
            _ = pool?.insert(key, node)
            return [(worst, .pool, .displaced(by: node))]
        }
        first.append(.init(distance: key, node: node, isExpanded: false))
        if first.count == size { pool = NeighborPool(buffer, size: size) { first[$0] } }
        return []
    }

    func forget() {
        first = []
        pool = nil
    }

    var candidates: [QueueEntry] {
        members.filter { !$0.isExpanded }.map { QueueEntry(node: $0.node, key: $0.distance) }
    }
    var results: [QueueEntry] { members.map { QueueEntry(node: $0.node, key: $0.distance) } }

    private var members: [NeighborPool.Member] {
        guard let pool else {
            return first.enumerated()
                .sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }.map(\.element)
        }
        return (0..<size).map { pool[$0] }
    }
}
