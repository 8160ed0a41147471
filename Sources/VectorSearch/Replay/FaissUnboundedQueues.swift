/// The candidates and the nearest of Faiss's HNSW search with queues that grow (`search_from_candidate_unbounded` of
/// faiss/impl/HNSW.cpp).
final class FaissUnboundedQueues: QueueReplay {
    private let efSearch: Int
    private let largerIsNearer: Bool
    private var waiting: OrderedHeap
    private var top: OrderedHeap

    init(efSearch: Int, largerIsNearer: Bool) {
        self.efSearch = efSearch
        self.largerIsNearer = largerIsNearer
        waiting = OrderedHeap(GrowingBuffer(), smallerIdOnTop: !largerIsNearer)
        top = OrderedHeap(GrowingBuffer(), smallerIdOnTop: largerIsNearer)
    }

    func enter(_ node: UInt32, _ key: Float, mayBeResult: Bool) { _ = keep(node, key, mayBeResult: mayBeResult) }

    func take(_ node: UInt32) -> Bool {
        guard !waiting.isEmpty, waiting.top.node == node else { return false }
        waiting.pop()
        return true
    }

    func keep(_ node: UInt32, _ key: Float, mayBeResult: Bool) -> [StageReplay.Leaving] {
        waiting.push(-key, node)
        top.push(key, node)
        guard top.count > efSearch else { return [] }
        let worst = top.top.node
        top.pop()
        return [(worst, .results, .displaced(by: node))]
    }

    func forget() {
        waiting = OrderedHeap(GrowingBuffer(), smallerIdOnTop: !largerIsNearer)
        top = OrderedHeap(GrowingBuffer(), smallerIdOnTop: largerIsNearer)
    }

    var candidates: [QueueEntry] {
        sorted(waiting.elements.map { QueueEntry(node: $0.node, key: -$0.key) })
    }
    var results: [QueueEntry] {
        top.elements.sorted { top.isAbove($1, $0) }.map { QueueEntry(node: $0.node, key: $0.key) }
    }
}
