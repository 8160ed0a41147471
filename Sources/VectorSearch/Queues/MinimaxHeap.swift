/// Faiss's `MinimaxHeap` (faiss/impl/HNSW.cpp, Faiss 1.7 to 1.15): the candidates of a bounded search. A binary heap with
/// the worst on top, from which the best is taken by a scan; what was taken leaves its distance behind, so that it can
/// still be counted.
///
/// Keys have the sign turned where larger is nearer. Among equal keys the larger id is nearer to the top; the smaller one
/// where larger distances are nearer (`CMax` and `CMin` of faiss/utils/ordered_key_value.h). A view of buffers, as
/// `TieHeap`.
struct MinimaxHeap {
    private let keys: UnsafeMutablePointer<Float>
    private let ids: UnsafeMutablePointer<Int32>
    let capacity: Int
    private let smallerIdOnTop: Bool
    /// Slots in use, those of taken candidates included.
    private var used = 0
    /// Candidates that can be taken.
    private(set) var count = 0

    private static let taken: Int32 = -1

    /// The worst, with which the next push may do away: nil while there is room, and where it is a taken one.
    var replaceable: Int32? { used == capacity && used > 0 && ids[0] != Self.taken ? ids[0] : nil }
    /// Candidates that can be taken, in the heap's order.
    var waiting: [(key: Float, id: Int32)] {
        (0..<used).filter { ids[$0] != Self.taken }.map { (keys[$0], ids[$0]) }
    }

    init(_ keys: GrowingBuffer<Float>, _ ids: GrowingBuffer<Int32>, capacity: Int, largerIsNearer: Bool) {
        self.keys = keys.room(for: capacity)
        self.ids = ids.room(for: capacity)
        self.capacity = capacity
        smallerIdOnTop = largerIsNearer
    }

    /// Adds a candidate; when full, in place of the worst, if it is strictly better. Returns whether it got in.
    @discardableResult
    mutating func push(_ key: Float, _ id: Int32) -> Bool {
        if used == capacity {
            // NaN is not better than anything, and enters all the same, as in the library.
            if key >= keys[0] { return false }
            if ids[0] != Self.taken { count -= 1 }
            removeTop()
        }
        var place = used
        used += 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard isAbove(key, id, keys[parent], ids[parent]) else { break }
            keys[place] = keys[parent]
            ids[place] = ids[parent]
            place = parent
        }
        keys[place] = key
        ids[place] = id
        count += 1
        return true
    }

    /// Takes the candidate with the smallest key, of several the one in the last slot. There must be one.
    mutating func popBest() -> (key: Float, id: Int32) {
        var place = used - 1
        while ids[place] == Self.taken { place -= 1 }
        var best = place
        var key = keys[place]
        while place > 0 {
            place -= 1
            if ids[place] != Self.taken, keys[place] < key {
                key = keys[place]
                best = place
            }
        }
        let id = ids[best]
        ids[best] = Self.taken
        count -= 1
        return (key, id)
    }

    /// Candidates with a smaller key, also those that were taken.
    func countBelow(_ key: Float) -> Int {
        var below = 0
        for place in 0..<used where keys[place] < key { below += 1 }
        return below
    }

    private mutating func removeTop() {
        let last = used - 1
        let (key, id) = (keys[last], ids[last])
        // One-based, as the library has it: the children of i are 2i and 2i + 1, and the last one counts as a child still.
        var place = 1
        while true {
            let left = 2 * place
            guard left <= used else { break }
            let right = left + 1
            let child =
                right == used + 1
                    || isAbove(keys[left - 1], ids[left - 1], keys[right - 1], ids[right - 1]) ? left : right
            if isAbove(key, id, keys[child - 1], ids[child - 1]) { break }
            keys[place - 1] = keys[child - 1]
            ids[place - 1] = ids[child - 1]
            place = child
        }
        keys[place - 1] = key
        ids[place - 1] = id
        used -= 1
    }

    @inline(__always)
    private func isAbove(_ a: Float, _ aID: Int32, _ b: Float, _ bID: Int32) -> Bool {
        a > b || (a == b && (smallerIdOnTop ? aID < bID : aID > bID))
    }
}
