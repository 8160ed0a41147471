/// A binary heap with the greatest key on top that moves equal keys as libstdc++'s `push_heap` and `pop_heap` do
/// (bits/stl_heap.h), because hnswlib's queues compare distances only and ties show in its visiting order.
///
/// A view of a buffer that the searcher keeps: make one at the start of a search, and no two of one buffer at a time.
struct TieHeap {
    struct Element {
        var key: Float
        var node: UInt32
    }

    private let buffer: GrowingBuffer<Element>
    private var base: UnsafeMutablePointer<Element>
    private var capacity: Int
    private(set) var count = 0

    init(_ buffer: GrowingBuffer<Element>) {
        self.buffer = buffer
        base = buffer.base
        capacity = buffer.capacity
    }

    var isEmpty: Bool { count == 0 }
    /// The element with the greatest key. The heap must not be empty.
    @inline(__always) var top: Element { base[0] }
    /// In the heap's order.
    var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }

    @inline(__always)
    mutating func push(_ key: Float, _ node: UInt32) {
        if count == capacity { grow() }
        count += 1
        siftUp(from: count - 1, Element(key: key, node: node))
    }

    /// Adds an element behind the last: for copies of a heap, in the heap's order.
    mutating func place(_ element: Element) {
        if count == capacity { grow() }
        base[count] = element
        count += 1
    }

    /// Takes the top away. The heap must not be empty.
    @inline(__always)
    mutating func pop() {
        count -= 1
        let length = count
        guard length > 0 else { return }
        let value = base[length]
        // The hole goes down to a leaf, always to the greater child, and the last element then up from there.
        var hole = 0
        var child = 0
        while child < (length - 1) / 2 {
            child = 2 * (child + 1)
            if base[child].key < base[child - 1].key { child -= 1 }
            base[hole] = base[child]
            hole = child
        }
        if length & 1 == 0, child == (length - 2) / 2 {
            child = 2 * (child + 1)
            base[hole] = base[child - 1]
            hole = child - 1
        }
        siftUp(from: hole, value)
    }

    @inline(__always)
    private func siftUp(from start: Int, _ value: Element) {
        var hole = start
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard base[parent].key < value.key else { break }
            base[hole] = base[parent]
            hole = parent
        }
        base[hole] = value
    }

    @inline(never)
    private mutating func grow() {
        base = buffer.grow(keeping: count)
        capacity = buffer.capacity
    }
}
