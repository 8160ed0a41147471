internal import IndexFiles

/// hnswlib's `candidate_set` and `top_candidates` (hnswlib/hnswalg.h, `searchBaseLayerST`).
final class HnswlibQueues: QueueReplay {
    private let efSearch: Int
    private let k: Int
    private let id: (UInt32) -> VectorLabel
    private var waiting = TieHeap(GrowingBuffer())
    private var top = TieHeap(GrowingBuffer())

    init(efSearch: Int, k: Int, id: @escaping (UInt32) -> VectorLabel) {
        self.efSearch = efSearch
        self.k = k
        self.id = id
    }

    func enter(_ node: UInt32, _ key: Float, mayBeResult: Bool) {
        // An entry point that may not be a result has no distance, and goes by the largest there is.
        waiting.push(mayBeResult ? -key : -.greatestFiniteMagnitude, node)
        if mayBeResult { top.push(key, node) }
    }

    func take(_ node: UInt32) -> Bool {
        guard !waiting.isEmpty, waiting.top.node == node else { return false }
        waiting.pop()
        return true
    }

    func keep(_ node: UInt32, _ key: Float, mayBeResult: Bool) -> [StageReplay.Leaving] {
        waiting.push(-key, node)
        guard mayBeResult else { return [] }
        top.push(key, node)
        guard top.count > efSearch else { return [] }
        let worst = top.top.node
        top.pop()
        return [(worst, .results, .displaced(by: node))]
    }

    func forget() {
        waiting = TieHeap(GrowingBuffer())
        top = TieHeap(GrowingBuffer())
    }

    var candidates: [QueueEntry] {
        sorted(waiting.elements.map { QueueEntry(node: $0.node, key: -$0.key) })
    }

    /// Those that the library would hand over now come first, in its order.
    var results: [QueueEntry] {
        var rest = TieHeap(GrowingBuffer(capacity: top.count))
        for element in top.elements { rest.place(element) }
        var beyond: [QueueEntry] = []
        while rest.count > k {
            beyond.append(QueueEntry(node: rest.top.node, key: rest.top.key))
            rest.pop()
        }
        let within = rest.elements.map { QueueEntry(node: $0.node, key: $0.key) }
        return within.sorted { ($0.key, id($0.node)) < ($1.key, id($1.node)) } + sorted(beyond)
    }
}
