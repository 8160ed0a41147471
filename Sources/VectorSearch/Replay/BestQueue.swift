internal import IndexFiles

/// The k best of a scan.
final class BestQueue: QueueReplay {
    private let k: Int
    private let largerIsNearer: Bool
    private let id: (UInt32) -> VectorLabel
    private let buffer = GrowingBuffer<BestList.Entry>()
    private var best: BestList

    init(k: Int, largerIsNearer: Bool, id: @escaping (UInt32) -> VectorLabel) {
        self.k = k
        self.largerIsNearer = largerIsNearer
        self.id = id
        best = BestList(buffer, capacity: k, largerIsNearer: largerIsNearer)
    }

    func keep(_ node: UInt32, _ key: Float, mayBeResult: Bool) -> [StageReplay.Leaving] {
        let worst = best.count == k ? best.entries.first?.node : nil
        let isIn = best.offer(largerIsNearer ? -key : key, id: Int64(truncatingIfNeeded: id(node)), node: node)
        guard isIn, let worst else { return [] }
        return [(worst, .results, .displaced(by: node))]
    }

    func forget() { best = BestList(buffer, capacity: k, largerIsNearer: largerIsNearer) }

    var results: [QueueEntry] {
        best.entries.sorted { best.isWorse($1, $0) }.map { QueueEntry(node: $0.node, key: $0.key) }
    }
}
