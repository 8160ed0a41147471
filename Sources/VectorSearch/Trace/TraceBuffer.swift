/// Room for the steps of a search, used again for the next one.
///
/// `@unchecked Sendable`: it belongs to one search at a time.
public final class TraceBuffer: @unchecked Sendable {
    private(set) var base: UnsafeMutablePointer<TraceEvent>
    private(set) var capacity: Int

    /// - Parameter capacity: events to begin with, 16 bytes each. It doubles when it is full.
    public init(capacity: Int = 4096) {
        self.capacity = max(1, capacity)
        base = .allocate(capacity: self.capacity)
    }

    deinit { base.deallocate() }

    /// Bytes held.
    public var byteCount: Int { capacity * MemoryLayout<TraceEvent>.stride }

    /// Gives memory back that one long search took and most don't need.
    public func shrink(to most: Int) {
        guard capacity > most else { return }
        base.deallocate()
        capacity = max(1, most)
        base = .allocate(capacity: capacity)
    }

    /// Doubles the room; the first `used` events stay.
    func grow(used: Int) {
        let larger = UnsafeMutablePointer<TraceEvent>.allocate(capacity: 2 * capacity)
        larger.moveInitialize(from: base, count: used)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
