internal import IndexFiles

/// A heap of (distance, label) pairs in full order, the greatest on top: `std::priority_queue` of pairs as hnswlib's
/// `BruteforceSearch` uses it. A view of a buffer, as `TieHeap`.
struct LabelHeap {
    struct Element {
        var distance: Float
        var node: UInt32
        var label: VectorLabel

        @inline(__always)
        static func < (a: Element, b: Element) -> Bool {
            a.distance < b.distance || (a.distance == b.distance && a.label < b.label)
        }
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
    /// The greatest element. The heap must not be empty.
    var top: Element { base[0] }
    /// In the heap's order.
    var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }

    mutating func push(_ element: Element) {
        if count == capacity {
            base = buffer.grow(keeping: count)
            capacity = buffer.capacity
        }
        var place = count
        count += 1
        while place > 0, base[(place - 1) / 2] < element {
            base[place] = base[(place - 1) / 2]
            place = (place - 1) / 2
        }
        base[place] = element
    }

    /// Takes the top away. The heap must not be empty.
    mutating func pop() {
        count -= 1
        let element = base[count]
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < count else { break }
            if child + 1 < count, base[child] < base[child + 1] { child += 1 }
            guard element < base[child] else { break }
            base[place] = base[child]
            place = child
        }
        base[place] = element
    }
}
