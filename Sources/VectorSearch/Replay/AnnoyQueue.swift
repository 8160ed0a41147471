internal import IndexFiles

/// The heap of `std::partial_sort`, by which Annoy finds the nearest of what it gathered.
final class AnnoyQueue: QueueReplay {
    private let k: Int
    private var best = OrderedHeap(GrowingBuffer(), smallerIdOnTop: false)

    init(k: Int) { self.k = k }

    func keep(_ node: UInt32, _ key: Float, mayBeResult: Bool) -> [StageReplay.Leaving] {
        let worst = best.count == k && k > 0 ? best.top.node : nil
        if worst != nil { best.pop() }
        best.push(key, node)
        return worst.map { [($0, .results, .displaced(by: node))] } ?? []
    }

    func forget() { best = OrderedHeap(GrowingBuffer(), smallerIdOnTop: false) }

    var results: [QueueEntry] {
        best.elements.sorted { best.isAbove($1, $0) }.map { QueueEntry(node: $0.node, key: $0.key) }
    }
}
