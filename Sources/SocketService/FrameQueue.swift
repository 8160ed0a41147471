/// What waits to be sent on one connection, in order.
struct FrameQueue {
    private var frames: [SharedFrame] = []
    /// The first frame that is not wholly sent; those before it are let go together, now and then.
    private var first = 0
    /// How much of that one went out.
    private var offset = 0
    /// Of the messages, without headers.
    private(set) var byteCount = 0
    private static let nothing = SharedFrame([])

    var isEmpty: Bool { first == frames.count }

    mutating func append(_ frame: SharedFrame) {
        frames.append(frame)
        byteCount += frame.byteCount
    }

    mutating func removeAll() { self = FrameQueue() }

    /// The bytes to be sent next: one piece from where it lies, or many short ones side by side in `scratch`.
    struct Batch {
        let start: UnsafePointer<UInt8>
        let count: Int
        /// Of the messages.
        let payload: Int
        /// Messages that end in it.
        let messages: Int
    }

    /// Hands the next bytes to `send` and takes them off the queue when that says true.
    ///
    /// - Returns: what was sent, or nil when sending failed.
    mutating func sendNext(
        gatheringIn scratch: UnsafeMutablePointer<UInt8>, capacity: Int, _ send: (Batch) -> Bool
    ) -> Batch? {
        let frame = frames[first]
        let (range, payload) = frame.piece(at: offset)
        let isWhole = range.upperBound == frame.wire.count
        let isAlone = !isWhole || first + 1 == frames.count || range.count + frames[first + 1].wire.count > capacity
        if isAlone {
            let sent: Batch? = frame.wire.withUnsafeBufferPointer { wire in
                guard let base = wire.baseAddress else { return nil }
                let batch = Batch(
                    start: base + range.lowerBound, count: range.count, payload: payload, messages: isWhole ? 1 : 0)
                return send(batch) ? batch : nil
            }
            guard let sent else { return nil }
            offset = range.upperBound
            if isWhole { advance(to: first + 1) }
            byteCount -= payload
            return sent
        }
        var count = 0
        var sum = 0
        var next = first
        var from = offset
        while next < frames.count {
            let wire = frames[next].wire
            guard count + wire.count - from <= capacity else { break }
            wire.withUnsafeBufferPointer {
                if let base = $0.baseAddress { (scratch + count).update(from: base + from, count: wire.count - from) }
            }
            sum += next == first ? payload : frames[next].byteCount
            count += wire.count - from
            next += 1
            from = 0
        }
        let batch = Batch(start: UnsafePointer(scratch), count: count, payload: sum, messages: next - first)
        guard send(batch) else { return nil }
        advance(to: next)
        byteCount -= sum
        return batch
    }

    /// Lets go of what was sent at once: it may be long.
    private mutating func advance(to place: Int) {
        for sent in first..<place { frames[sent] = Self.nothing }
        first = place
        offset = 0
        if first == frames.count {
            frames.removeAll(keepingCapacity: frames.capacity <= 64)
            first = 0
        } else if first > 64, first > frames.count / 2 {
            frames.removeFirst(first)
            first = 0
        }
    }
}
