/// A heap of (key, id) pairs in full order, the greatest on top: `std::priority_queue` of pairs as Faiss's unbounded search
/// uses it. As no two elements are equal, its inner order shows nowhere. A view of a buffer, as `TieHeap`.
struct OrderedHeap {
    private let buffer: GrowingBuffer<TieHeap.Element>
    private var base: UnsafeMutablePointer<TieHeap.Element>
    private var capacity: Int
    /// Of two equal keys the smaller id is nearer to the top.
    private let smallerIdOnTop: Bool
    private(set) var count = 0

    init(_ buffer: GrowingBuffer<TieHeap.Element>, smallerIdOnTop: Bool) {
        self.buffer = buffer
        base = buffer.base
        capacity = buffer.capacity
        self.smallerIdOnTop = smallerIdOnTop
    }

    var isEmpty: Bool { count == 0 }
    var top: TieHeap.Element { base[0] }
    /// In the heap's order.
    var elements: UnsafeBufferPointer<TieHeap.Element> { UnsafeBufferPointer(start: base, count: count) }

    mutating func push(_ key: Float, _ node: UInt32) {
        if count == capacity {
            base = buffer.grow(keeping: count)
            capacity = buffer.capacity
        }
        var place = count
        count += 1
        let element = TieHeap.Element(key: key, node: node)
        while place > 0, isAbove(element, base[(place - 1) / 2]) {
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
            if child + 1 < count, isAbove(base[child + 1], base[child]) { child += 1 }
            guard isAbove(base[child], element) else { break }
            base[place] = base[child]
            place = child
        }
        base[place] = element
    }

    func isAbove(_ a: TieHeap.Element, _ b: TieHeap.Element) -> Bool {
        a.key > b.key || (a.key == b.key && (smallerIdOnTop ? a.node < b.node : a.node > b.node))
    }
}
