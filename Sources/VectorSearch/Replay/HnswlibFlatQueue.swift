internal import IndexFiles

/// The queue of hnswlib's `BruteforceSearch`: what equals the worst goes in, and what has the greatest label goes out.
final class HnswlibFlatQueue: QueueReplay {
    private let k: Int
    private let id: (UInt32) -> VectorLabel
    private var best = LabelHeap(GrowingBuffer())

    init(k: Int, id: @escaping (UInt32) -> VectorLabel) {
        self.k = k
        self.id = id
    }

    func keep(_ node: UInt32, _ key: Float, mayBeResult: Bool) -> [StageReplay.Leaving] {
        best.push(.init(distance: key, node: node, label: id(node)))
        guard best.count > k else { return [] }
        let worst = best.top.node
        best.pop()
        return worst == node ? [] : [(worst, .results, .displaced(by: node))]
    }

    func forget() { best = LabelHeap(GrowingBuffer()) }

    var results: [QueueEntry] {
        best.elements.sorted { $0 < $1 }.map { QueueEntry(node: $0.node, key: $0.distance) }
    }
}
