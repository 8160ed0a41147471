/// The k best of a scan as Faiss's result heaps keep them (faiss/utils/Heap.h, ordered since 1.7.3): an entry must be
/// strictly better than the worst to enter; among equal distances the larger id leaves first (the smaller one when
/// larger is nearer).
///
/// Distances are kept with the sign turned where larger is nearer, so that one order serves both. A view of a buffer, as
/// `TieHeap`.
struct BestList {
    struct Entry {
        /// Smaller is nearer.
        var key: Float
        var node: UInt32
        var id: Int64
    }

    private let base: UnsafeMutablePointer<Entry>
    let capacity: Int
    private let largerIsNearer: Bool
    private(set) var count = 0
    /// What a key must be below to enter. An unfilled heap holds the library's sentinels, which NaN does not beat.
    private(set) var threshold: Float

    init(_ buffer: GrowingBuffer<Entry>, capacity: Int, largerIsNearer: Bool) {
        base = buffer.room(for: capacity)
        self.capacity = capacity
        self.largerIsNearer = largerIsNearer
        threshold = capacity > 0 ? .greatestFiniteMagnitude : -.infinity
    }

    /// True when the distance would get in.
    @inline(__always)
    func admits(_ distance: Float) -> Bool { (largerIsNearer ? -distance : distance) < threshold }

    /// Inserts a distance that is admitted.
    mutating func insert(_ distance: Float, id: Int64, node: UInt32) {
        insert(Entry(key: largerIsNearer ? -distance : distance, node: node, id: id))
    }

    /// Offers a distance; returns whether it got in.
    @inline(__always)
    mutating func offer(_ distance: Float, id: Int64, node: UInt32) -> Bool {
        guard admits(distance) else { return false }
        insert(distance, id: id, node: node)
        return true
    }

    /// In the heap's order, the worst first.
    var entries: UnsafeBufferPointer<Entry> { UnsafeBufferPointer(start: base, count: count) }

    /// Sorts the entries, best first, where they are. The list takes no more offers then.
    func sorted() -> UnsafeBufferPointer<Entry> {
        var entries = UnsafeMutableBufferPointer(start: base, count: count)
        entries.sort { isWorse($1, $0) }
        return UnsafeBufferPointer(entries)
    }

    func distance(_ entry: Entry) -> Float { largerIsNearer ? -entry.key : entry.key }

    @inline(__always)
    func isWorse(_ a: Entry, _ b: Entry) -> Bool {
        if a.key == b.key { return largerIsNearer ? a.id < b.id : a.id > b.id }
        return a.key > b.key
    }

    @inline(never)
    private mutating func insert(_ entry: Entry) {
        if count < capacity {
            var place = count
            count += 1
            while place > 0, isWorse(entry, base[(place - 1) / 2]) {
                base[place] = base[(place - 1) / 2]
                place = (place - 1) / 2
            }
            base[place] = entry
        } else {
            var place = 0
            while true {
                var child = 2 * place + 1
                guard child < count else { break }
                if child + 1 < count, isWorse(base[child + 1], base[child]) { child += 1 }
                guard isWorse(base[child], entry) else { break }
                base[place] = base[child]
                place = child
            }
            base[place] = entry
        }
        if count == capacity { threshold = base[0].key }
    }
}
