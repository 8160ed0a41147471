internal import IndexFiles

/// The candidates for the k nearest, in any order of arrival: whoever is beyond `bound` is turned away by one compare.
///
/// Ties at the bound are all kept, since which of them the library returns depends on their labels.
struct NearestCandidates {
    private let k: Int
    /// The k smallest keys so far, a binary heap with the largest first.
    private var smallest: [Float] = []
    private var found: [(key: Float, row: UInt32)] = []
    /// When candidates that have fallen behind the bound are dropped next.
    private var limit: Int

    /// The k-th smallest key so far. As in Faiss, the largest float and what is beyond it is nobody's result.
    private(set) var bound = Float.greatestFiniteMagnitude.nextDown

    init(k: Int) {
        self.k = k
        limit = 4 * k + 1024
        smallest.reserveCapacity(k)
    }

    /// Takes a key that is at most `bound`.
    mutating func add(_ key: Float, _ row: UInt32) {
        found.append((key, row))
        if smallest.count < k {
            smallest.append(key)
            siftUp()
            if smallest.count == k { bound = smallest[0] }
        } else if key < smallest[0] {
            smallest[0] = key
            siftDown()
            bound = smallest[0]
        }
        if found.count > limit {
            found.removeAll { $0.key > bound }
            limit = max(limit, 2 * found.count)
        }
    }

    private mutating func siftUp() {
        var place = smallest.count - 1
        while place > 0, smallest[place] > smallest[(place - 1) / 2] {
            smallest.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func siftDown() {
        var place = 0
        while 2 * place + 1 < k {
            var child = 2 * place + 1
            if child + 1 < k, smallest[child + 1] > smallest[child] { child += 1 }
            guard smallest[child] > smallest[place] else { return }
            smallest.swapAt(place, child)
            place = child
        }
    }

    /// The k nearest in the order of the library: candidates pass its heap (`BestList`) in the order of their labels, as
    /// they would in a scan of vectors that are added in this order.
    func hits(_ index: IndexFile, _ rows: ComparedRows, _ measure: ExactMeasure) -> [SearchHit] {
        let labelled = found.filter { $0.key <= bound }
            .map { (label: index.label(rows.node($0.row)), node: rows.node($0.row), key: $0.key) }
            .sorted { ($0.label, $0.node) < ($1.label, $1.node) }
        let entries = GrowingBuffer<BestList.Entry>()
        defer { withExtendedLifetime(entries) {} }
        var best = BestList(entries, capacity: k, largerIsNearer: measure.largerIsNearer)
        for (rank, candidate) in labelled.enumerated() {
            let value = measure.largerIsNearer ? -candidate.key : candidate.key
            _ = best.offer(value, id: Int64(rank), node: candidate.node)
        }
        return best.sorted().map { entry in
            SearchHit(
                label: labelled[Int(entry.id)].label, node: entry.node, distance: measure.distance(entry.key))
        }
    }
}
