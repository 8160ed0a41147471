internal import DequeModule
internal import OrderedCollections
internal import WireProtocol

/// The events of one stream that are kept, in the order of their offsets.
struct StreamLog {
    private struct Entry {
        let offset: Int
        /// Nil once only its text is wanted.
        private(set) var event: StreamEvent?
        private var arrays: [UInt8]?
        private var base64: [UInt8]?
        /// About so many bytes of memory.
        private(set) var keptBytes: Int

        init(offset: Int, event: StreamEvent) {
            self.offset = offset
            self.event = event
            keptBytes = 256 + event.columnBytes
        }

        /// The event's text; encoded once for all viewers of a mode, on first need.
        ///
        /// - Parameter keepsEvent: false lets go of what was encoded to all that it can be, while that is still in the
        ///   processor's cache.
        mutating func text(_ mode: ColumnMode, keepsEvent: Bool) -> [UInt8] {
            switch mode {
            case .arrays: if let arrays { return arrays }
            case .base64: if let base64 { return base64 }
            }
            guard let event else { return [] }
            let text = event.encoded(mode)
            keptBytes += text.count
            let isSameInBoth = event.columns.isEmpty
            if isSameInBoth || mode == .arrays { arrays = text }
            if isSameInBoth || mode == .base64 { base64 = text }
            if isSameInBoth, !keepsEvent { self.event = nil }
            return text
        }
    }

    let streamClass: StreamClass
    /// The offset that the next event gets.
    private(set) var next: Int
    /// Events before this one are gone.
    private(set) var first: Int
    /// About so many bytes of memory.
    private(set) var keptBytes = 0
    private var entries: Deque<Entry> = []
    /// Of a state stream: the offset of each key's event.
    private var offsets: [String?: Int] = [:]
    /// Of a state stream: keys whose event is their end, the earliest first.
    private var ended: OrderedSet<String?> = []
    /// Of a state stream: ends before this offset are forgotten. Who was not told of them may hold what is there no more.
    private(set) var forgottenEnds = 0

    /// - Parameter start: the first offset; above all of an earlier stream of this name, so that nobody takes its events for
    ///   that one's.
    init(_ streamClass: StreamClass, start: Int = 0) {
        self.streamClass = streamClass
        next = start
        first = start
    }

    mutating func append(_ event: StreamEvent) {
        if streamClass == .state {
            remove(key: event.key)
            offsets[event.key] = next
        }
        let entry = Entry(offset: next, event: event)
        keptBytes += entry.keptBytes
        entries.append(entry)
        next += 1
    }

    /// Appends an event to a state stream that is the end of its key. Only so many of those are kept.
    mutating func append(end event: StreamEvent, keeping limit: Int) {
        append(event)
        ended.append(event.key)
        while ended.count > limit, let earliest = ended.first {
            forgottenEnds = (offsets[earliest] ?? forgottenEnds - 1) + 1
            remove(key: earliest)
        }
    }

    /// The newest event of a key of a state stream.
    func newest(key: String?) -> StreamEvent? { offsets[key].flatMap { entries[place(atLeast: $0)].event } }

    /// Forgets the event of a key of a state stream.
    mutating func remove(key: String?) {
        ended.remove(key)
        guard let offset = offsets.removeValue(forKey: key) else { return }
        keptBytes -= entries.remove(at: place(atLeast: offset)).keptBytes
    }

    /// Forgets all events: what follows stands for itself.
    mutating func clear() {
        entries.removeAll()
        offsets.removeAll()
        ended.removeAll()
        keptBytes = 0
        first = next
    }

    /// Forgets the oldest events until no more than so many events and bytes are kept.
    mutating func trim(events: Int, bytes: Int) {
        guard entries.count > events || keptBytes > bytes else { return }
        while entries.count > events || keptBytes > bytes, let oldest = entries.popFirst() {
            keptBytes -= oldest.keptBytes
        }
        first = entries.first?.offset ?? next
    }

    /// The offset of the first event that is kept from a place on and before another.
    func firstOffset(from cursor: Int, before end: Int) -> Int? {
        let place = place(atLeast: cursor)
        guard place < entries.count, entries[place].offset < end else { return nil }
        return entries[place].offset
    }

    /// The texts of the events from an offset on, at least one, up to about so many bytes and before `end`.
    ///
    /// - Returns: and the offset of the last of them; nil when there are none.
    mutating func batch(
        from cursor: Int, before end: Int, maxBytes: Int, _ mode: ColumnMode
    ) -> (texts: [[UInt8]], last: Int)? {
        var place = place(atLeast: cursor)
        var texts: [[UInt8]] = []
        var bytes = 0
        while place < entries.count, entries[place].offset < end, bytes < maxBytes {
            let before = entries[place].keptBytes
            let text = entries[place].text(mode, keepsEvent: streamClass == .state)
            keptBytes += entries[place].keptBytes - before
            bytes += text.count
            texts.append(text)
            place += 1
        }
        guard !texts.isEmpty else { return nil }
        return (texts, entries[place - 1].offset)
    }

    private func place(atLeast offset: Int) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].offset < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
