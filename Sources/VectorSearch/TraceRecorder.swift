/// Keeps the steps of a search up to a limit, and hands them on in batches while it runs.
public struct TraceRecorder: Tracer {
    /// Receives the steps since the last batch, and the number of the first of them.
    public typealias Sink = @Sendable (_ events: ArraySlice<TraceEvent>, _ first: Int) -> Void

    /// The recorded steps, from the first; at most `maxEvents`.
    public private(set) var events: [TraceEvent] = []
    /// Steps seen, also those beyond the limit.
    public private(set) var eventCount = 0
    /// Asked for at every expansion and every cell.
    public var shouldCancel: @Sendable () -> Bool

    private let maxEvents: Int
    private let batchEvents: Int
    private let sink: Sink?
    private var handedOn = 0

    /// - Parameters:
    ///   - maxEvents: steps kept; later ones are counted only.
    ///   - batchEvents: steps after which the sink is called while the search is still running.
    ///   - shouldCancel: true ends the search early.
    ///   - sink: gets the batches, on the searching thread.
    public init(
        maxEvents: Int = 1_000_000, batchEvents: Int = 2048, shouldCancel: @escaping @Sendable () -> Bool = { false },
        sink: Sink? = nil
    ) {
        self.maxEvents = maxEvents
        self.batchEvents = batchEvents
        self.shouldCancel = shouldCancel
        self.sink = sink
        events.reserveCapacity(min(maxEvents, 4096))
    }

    public var isTruncated: Bool { eventCount > events.count }
    public var isCancelled: Bool { shouldCancel() }

    public mutating func record(_ event: TraceEvent) {
        eventCount += 1
        guard events.count < maxEvents else { return }
        events.append(event)
        if sink != nil, events.count - handedOn >= batchEvents { flush() }
    }

    /// Hands on what has not been handed on yet.
    public mutating func flush() {
        guard let sink, handedOn < events.count else { return }
        sink(events[handedOn...], handedOn)
        handedOn = events.count
    }
}
