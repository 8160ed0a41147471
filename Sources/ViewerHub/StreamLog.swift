internal import DequeModule
internal import WireProtocol

/// The events of one stream that are kept, in the order of their offsets.
struct StreamLog {
    struct Entry {
        let offset: Int
        let event: StreamEvent
        private var arrays: [UInt8]?
        private var base64: [UInt8]?

        init(offset: Int, event: StreamEvent) {
            self.offset = offset
            self.event = event
        }

        /// The event's text; encoded once for all viewers of a mode, on first need.
        mutating func text(_ mode: ColumnMode) -> [UInt8] {
            switch mode {
            case .arrays:
                if let arrays { return arrays }
                let text = event.encoded(mode)
                arrays = text
                return text
            case .base64:
                if let base64 { return base64 }
                let text = event.encoded(mode)
                base64 = text
                return text
            }
        }

        /// About so many bytes of memory.
        var keptBytes: Int {
            event.columns.reduce(256) { $0 + $1.column.byteCount } + (arrays?.count ?? 0) + (base64?.count ?? 0)
        }
    }

    let streamClass: StreamClass
    /// The offset that the next event gets.
    private(set) var next: Int
    /// Events before this one are gone.
    private(set) var first: Int
    var subscribers: Set<ViewerID> = []
    private var entries: Deque<Entry> = []
    /// Of a state stream: the offset of each key's event.
    private var offsets: [String?: Int] = [:]

    /// - Parameter start: the first offset; above all of an earlier stream of this name, so that nobody takes its events for
    ///   that one's.
    init(_ streamClass: StreamClass, start: Int = 0) {
        self.streamClass = streamClass
        next = start
        first = start
    }

    mutating func append(_ event: StreamEvent, _ limits: HubLimits) {
        if streamClass == .state {
            remove(key: event.key)
            offsets[event.key] = next
        }
        entries.append(Entry(offset: next, event: event))
        next += 1
        if streamClass == .replay { forget(limits) }
    }

    /// The newest event of a key of a state stream.
    func newest(key: String?) -> StreamEvent? { offsets[key].map { entries[firstPlace(atLeast: $0)].event } }

    /// Forgets the event of a key of a state stream.
    mutating func remove(key: String?) {
        guard let offset = offsets.removeValue(forKey: key) else { return }
        entries.remove(at: firstPlace(atLeast: offset))
    }

    /// Forgets all events: what follows stands for itself.
    mutating func clear() {
        entries.removeAll()
        offsets.removeAll()
        first = next
    }

    private mutating func forget(_ limits: HubLimits) {
        // Encoded bytes are counted only every so often: the sum walks over all that is kept.
        while entries.count > limits.replayEvents { entries.removeFirst() }
        if next % 256 == 0 {
            var bytes = entries.reduce(0) { $0 + $1.keptBytes }
            while bytes > limits.replayBytes, let oldest = entries.popFirst() { bytes -= oldest.keptBytes }
        }
        first = entries.first?.offset ?? next
    }

    /// The texts of the events from an offset on, up to about so many bytes and before `end`.
    ///
    /// - Returns: nil when there are none.
    mutating func batch(
        from cursor: Int, before end: Int, maxBytes: Int, _ mode: ColumnMode
    ) -> (texts: [[UInt8]], offset: Int, last: Int)? {
        var place = firstPlace(atLeast: cursor)
        var texts: [[UInt8]] = []
        var bytes = 0
        let begin = place
        while place < entries.count, entries[place].offset < end, bytes < maxBytes {
            let text = entries[place].text(mode)
            bytes += text.count
            texts.append(text)
            place += 1
        }
        guard !texts.isEmpty else { return nil }
        return (texts, entries[begin].offset, entries[place - 1].offset)
    }

    private func firstPlace(atLeast offset: Int) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
