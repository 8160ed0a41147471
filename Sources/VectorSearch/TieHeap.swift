/// A binary heap with the greatest key on top that moves equal keys as libstdc++'s `push_heap` and `pop_heap` do
/// (bits/stl_heap.h), because hnswlib's queues compare distances only and ties show in its visiting order.
struct TieHeap {
    struct Element {
        var key: Float
        var node: UInt32
    }

    private(set) var elements: [Element] = []

    var count: Int { elements.count }
    var isEmpty: Bool { elements.isEmpty }
    /// The element with the greatest key. The heap must not be empty.
    var top: Element { elements[0] }

    mutating func removeAll() { elements.removeAll(keepingCapacity: true) }

    mutating func push(_ key: Float, _ node: UInt32) {
        let element = Element(key: key, node: node)
        elements.append(element)
        elements.withUnsafeMutableBufferPointer { Self.siftUp(&$0, from: $0.count - 1, element) }
    }

    mutating func pop() -> Element {
        elements.withUnsafeMutableBufferPointer { heap in
            let length = heap.count - 1
            let value = heap[length]
            heap[length] = heap[0]
            // The hole goes down to a leaf, always to the greater child, and the last element then up from there.
            var hole = 0
            var child = 0
            while child < (length - 1) / 2 {
                child = 2 * (child + 1)
                if heap[child].key < heap[child - 1].key { child -= 1 }
                heap[hole] = heap[child]
                hole = child
            }
            if length & 1 == 0, length > 0, child == (length - 2) / 2 {
                child = 2 * (child + 1)
                heap[hole] = heap[child - 1]
                hole = child - 1
            }
            if length > 0 { Self.siftUp(&heap, from: hole, value) }
        }
        return elements.removeLast()
    }

    private static func siftUp(_ heap: inout UnsafeMutableBufferPointer<Element>, from start: Int, _ value: Element) {
        var hole = start
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard heap[parent].key < value.key else { break }
            heap[hole] = heap[parent]
            hole = parent
        }
        heap[hole] = value
    }
}
