internal import IndexFiles

/// The candidates and the results of Faiss's HNSW search with a queue of limited size (`search_from_candidates` of
/// faiss/impl/HNSW.cpp).
final class FaissBoundedQueues: QueueReplay {
    private let efSearch: Int
    private let largerIsNearer: Bool
    private var waiting: MinimaxHeap
    private let best: BestQueue
    private let keys = GrowingBuffer<Float>()
    private let ids = GrowingBuffer<Int32>()

    init(efSearch: Int, k: Int, largerIsNearer: Bool) {
        self.efSearch = efSearch
        self.largerIsNearer = largerIsNearer
        waiting = MinimaxHeap(keys, ids, capacity: efSearch, largerIsNearer: largerIsNearer)
        best = BestQueue(k: k, largerIsNearer: largerIsNearer) { VectorLabel($0) }
    }

    func enter(_ node: UInt32, _ key: Float, mayBeResult: Bool) { _ = keep(node, key, mayBeResult: mayBeResult) }

    func take(_ node: UInt32) -> Bool {
        guard waiting.count > 0 else { return false }
        return waiting.popBest().id == Int32(bitPattern: node)
    }

    func keep(_ node: UInt32, _ key: Float, mayBeResult: Bool) -> [StageReplay.Leaving] {
        var leaving = mayBeResult ? best.keep(node, key, mayBeResult: true) : []
        let worst = waiting.replaceable
        if waiting.push(key, Int32(bitPattern: node)), let worst {
            leaving.append((UInt32(bitPattern: worst), .candidates, .displaced(by: node)))
        }
        return leaving
    }

    func forget() {
        waiting = MinimaxHeap(keys, ids, capacity: efSearch, largerIsNearer: largerIsNearer)
        best.forget()
    }

    var candidates: [QueueEntry] {
        sorted(waiting.waiting.map { QueueEntry(node: UInt32(bitPattern: $0.id), key: $0.key) })
    }
    var results: [QueueEntry] { best.results }
}
