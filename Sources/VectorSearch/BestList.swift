/// The k best of a scan as Faiss's result heaps keep them (faiss/utils/Heap.h, ordered since 1.7.3): an entry must be
/// strictly better than the worst to enter; among equal distances the larger id leaves first (the smaller one when
/// larger is nearer).
struct BestList {
    struct Entry {
        var distance: Float
        var id: Int64
        var node: UInt32
    }

    private var heap: [Entry] = []
    private var capacity = 0
    private var largerIsNearer = false

    mutating func reset(capacity: Int, largerIsNearer: Bool) {
        heap.removeAll(keepingCapacity: true)
        self.capacity = capacity
        self.largerIsNearer = largerIsNearer
    }

    private func isWorse(_ a: Entry, _ b: Entry) -> Bool {
        if a.distance == b.distance { return largerIsNearer ? a.id < b.id : a.id > b.id }
        return largerIsNearer ? a.distance < b.distance : a.distance > b.distance
    }

    /// True when the distance would enter. An unfilled heap holds the library's sentinels, which NaN does not beat.
    func admits(_ distance: Float) -> Bool {
        if heap.count < capacity {
            return largerIsNearer
                ? distance > -Float.greatestFiniteMagnitude : distance < Float.greatestFiniteMagnitude
        }
        return largerIsNearer ? distance > heap[0].distance : distance < heap[0].distance
    }

    /// Returns whether the entry got in.
    mutating func offer(_ distance: Float, id: Int64, node: UInt32) -> Bool {
        guard capacity > 0, admits(distance) else { return false }
        let entry = Entry(distance: distance, id: id, node: node)
        if heap.count < capacity {
            heap.append(entry)
            var place = heap.count - 1
            while place > 0, isWorse(heap[place], heap[(place - 1) / 2]) {
                heap.swapAt(place, (place - 1) / 2)
                place = (place - 1) / 2
            }
            return true
        }
        heap[0] = entry
        var place = 0
        while true {
            var worst = place
            for child in (2 * place + 1)..<(2 * place + 3) where child < heap.count && isWorse(heap[child], heap[worst])
            {
                worst = child
            }
            guard worst != place else { return true }
            heap.swapAt(place, worst)
            place = worst
        }
    }

    /// Best first.
    var sorted: [Entry] { heap.sorted { isWorse($1, $0) } }
}
