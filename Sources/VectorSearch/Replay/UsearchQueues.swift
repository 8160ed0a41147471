internal import IndexFiles

/// usearch's `next_candidates` and `top_candidates` (usearch/index.hpp, `search_to_find_in_base_`).
final class UsearchQueues: QueueReplay {
    private let efSearch: Int
    private var waiting = SwapHeap(GrowingBuffer())
    private var top: SortedBuffer

    init(efSearch: Int) {
        self.efSearch = efSearch
        top = SortedBuffer(GrowingBuffer(), limit: efSearch)
    }

    func enter(_ node: UInt32, _ key: Float, mayBeResult: Bool) { _ = keep(node, key, mayBeResult: mayBeResult) }

    func take(_ node: UInt32) -> Bool {
        guard !waiting.isEmpty, waiting.top.node == node else { return false }
        waiting.pop()
        return true
    }

    func keep(_ node: UInt32, _ key: Float, mayBeResult: Bool) -> [StageReplay.Leaving] {
        waiting.push(-key, node)
        guard mayBeResult else { return [] }
        let worst = top.isFull ? top.elements.last?.node : nil
        top.insert(key, node)
        return worst.map { [($0, .results, .displaced(by: node))] } ?? []
    }

    func forget() {
        waiting = SwapHeap(GrowingBuffer())
        top = SortedBuffer(GrowingBuffer(), limit: efSearch)
    }

    var candidates: [QueueEntry] {
        sorted(waiting.elements.map { QueueEntry(node: $0.node, key: -$0.key) })
    }
    var results: [QueueEntry] { top.elements.map { QueueEntry(node: $0.node, key: $0.key) } }
}
