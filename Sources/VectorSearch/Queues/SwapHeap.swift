/// A binary heap with the greatest key on top that moves equal keys as usearch's `max_heap_gt` does (usearch/index.hpp): it
/// swaps an element down only while a child is greater, the left one if both are alike. A view of a buffer, as `TieHeap`.
struct SwapHeap {
    private let buffer: GrowingBuffer<TieHeap.Element>
    private var base: UnsafeMutablePointer<TieHeap.Element>
    private var capacity: Int
    private(set) var count = 0

    init(_ buffer: GrowingBuffer<TieHeap.Element>) {
        self.buffer = buffer
        base = buffer.base
        capacity = buffer.capacity
    }

    var isEmpty: Bool { count == 0 }
    /// The element with the greatest key. The heap must not be empty.
    @inline(__always) var top: TieHeap.Element { base[0] }
    /// In the heap's order.
    var elements: UnsafeBufferPointer<TieHeap.Element> { UnsafeBufferPointer(start: base, count: count) }

    @inline(__always)
    mutating func push(_ key: Float, _ node: UInt32) {
        if count == capacity { grow() }
        let element = TieHeap.Element(key: key, node: node)
        var place = count
        count += 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard base[parent].key < key else { break }
            base[place] = base[parent]
            place = parent
        }
        base[place] = element
    }

    /// Takes the top away. The heap must not be empty.
    @inline(__always)
    mutating func pop() {
        count -= 1
        let element = base[count]
        var place = 0
        while true {
            let left = 2 * place + 1
            var greatest = element.key
            var child = place
            if left < count, greatest < base[left].key {
                greatest = base[left].key
                child = left
            }
            if left + 1 < count, greatest < base[left + 1].key { child = left + 1 }
            guard child != place else { break }
            base[place] = base[child]
            place = child
        }
        base[place] = element
    }

    @inline(never)
    private mutating func grow() {
        base = buffer.grow(keeping: count)
        capacity = buffer.capacity
    }
}
