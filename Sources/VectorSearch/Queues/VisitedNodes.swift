internal import CVectorKernels

/// Which nodes a search has met: a byte a node that is out of date as soon as the next search begins, so that starting one
/// costs nothing but once in 255 times.
final class VisitedNodes {
    private let marks = GrowingBuffer<UInt8>()
    private var used = 0
    private var current: UInt8 = 0

    /// The marks of a search that begins: a node was met when its byte is `mark`.
    struct Marks {
        let base: UnsafeMutablePointer<UInt8>
        let mark: UInt8

        /// Marks a node. Returns true when it was new.
        @inline(__always)
        func insert(_ node: UInt32) -> Bool {
            if base[Int(node)] == mark { return false }
            base[Int(node)] = mark
            return true
        }

        /// Asks the processor to fetch a node's mark. Harmless for a node that is not there.
        @inline(__always)
        func prefetch(_ node: UInt32) { annscope_prefetch(base + Int(node)) }

        @inline(__always)
        func contains(_ node: UInt32) -> Bool { base[Int(node)] == mark }
    }

    var byteCount: Int { marks.byteCount }

    /// Begins a search over `count` nodes; earlier marks are gone.
    func begin(count: Int) -> Marks {
        if count > used {
            let base = marks.room(for: count)
            base.initialize(repeating: 0, count: count)
            used = count
            current = 0
        }
        current &+= 1
        if current == 0 {
            marks.base.update(repeating: 0, count: used)
            current = 1
        }
        return Marks(base: marks.base, mark: current)
    }
}
