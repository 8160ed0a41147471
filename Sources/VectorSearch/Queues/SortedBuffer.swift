/// The nearest candidates in order, as usearch keeps them (`sorted_buffer_gt` in usearch/index.hpp): of equal distances
/// the one that came last stands first. A view of a buffer, as `TieHeap`.
struct SortedBuffer {
    private let buffer: GrowingBuffer<TieHeap.Element>
    private var base: UnsafeMutablePointer<TieHeap.Element>
    private var capacity: Int
    private let limit: Int
    private(set) var count = 0

    /// - Parameter limit: elements that are kept, at least 1.
    init(_ buffer: GrowingBuffer<TieHeap.Element>, limit: Int) {
        self.buffer = buffer
        base = buffer.base
        capacity = buffer.capacity
        self.limit = limit
    }

    var isFull: Bool { count == limit }
    /// The greatest distance. The buffer must not be empty.
    @inline(__always) var worst: Float { base[count - 1].key }
    /// Nearest first.
    var elements: UnsafeBufferPointer<TieHeap.Element> { UnsafeBufferPointer(start: base, count: count) }

    /// Puts an element in, and the last one out where there is no room.
    @inline(__always)
    mutating func insert(_ distance: Float, _ node: UInt32) {
        var place = 0
        var length = count
        // `std::lower_bound`: the first element that is not less.
        while length > 0 {
            let half = length >> 1
            if base[place + half].key < distance {
                place += half + 1
                length -= half + 1
            } else {
                length = half
            }
        }
        guard place < limit else { return }
        if count < limit {
            if count == capacity { grow() }
            count += 1
        }
        (base + place + 1).update(from: base + place, count: count - 1 - place)
        base[place] = TieHeap.Element(key: distance, node: node)
    }

    @inline(never)
    private mutating func grow() {
        base = buffer.grow(keeping: count)
        capacity = buffer.capacity
    }
}
