/// Keeps the steps of a search and hands them on in batches while it runs.
///
/// In full detail every step is kept up to `maxEvents`. From there on, and in summary from the start, the distances
/// computed after an expansion or in a cell are put together into one `tally`, up to as many events again; what is
/// beyond that is only counted.
///
/// The steps are written into a buffer that the caller keeps for the next search, so that recording allocates nothing.
public struct TraceRecorder: Tracer {
    public enum Detail: Sendable, Equatable {
        /// Every step.
        case full
        /// Expansions, cells and stops; distances as tallies.
        case summary
    }

    /// Receives the steps since the last batch, and the number of the first of them.
    public typealias Sink = @Sendable (_ events: UnsafeBufferPointer<TraceEvent>, _ first: Int) -> Void

    private let buffer: TraceBuffer
    private let maxEvents: Int
    private var batchEvents: Int
    private let maxBatchEvents: Int
    private let sink: Sink?
    private let cancellation: Cancellation?
    /// Where the next event goes, and where something else must happen first.
    private var next: UnsafeMutablePointer<TraceEvent>
    private var pause: UnsafeMutablePointer<TraceEvent>
    private var handedOn = 0
    private var isSummary: Bool
    private var tally = Tally()
    /// Steps that no event of their own was kept for.
    private var omitted = 0
    /// The number of the first event that is no step of its own, when the limit was reached.
    public private(set) var summarisedFrom: Int?
    /// Steps beyond the limits were only counted.
    public private(set) var isTruncated = false

    /// - Parameters:
    ///   - detail: of what is kept.
    ///   - maxEvents: steps kept one by one.
    ///   - batchEvents: steps after which the sink is called while the search is still running: for the first batch the
    ///     lower bound, for each later one twice as many as before, up to the upper bound.
    ///   - buffer: where the steps go; what it held before is lost.
    ///   - cancellation: can end the search early.
    ///   - sink: gets the batches, on the searching thread.
    public init(
        detail: Detail = .full, maxEvents: Int = 1_000_000, batchEvents: ClosedRange<Int> = 256...8192,
        buffer: TraceBuffer = TraceBuffer(),
        cancellation: Cancellation? = nil, sink: Sink? = nil
    ) {
        self.buffer = buffer
        self.maxEvents = max(1, maxEvents)
        self.batchEvents = max(1, batchEvents.lowerBound)
        maxBatchEvents = max(1, batchEvents.upperBound)
        self.sink = sink
        self.cancellation = cancellation
        isSummary = detail == .summary
        next = buffer.base
        pause = buffer.base
        pause = nextPause
    }

    /// The recorded steps, from the first. Valid until the buffer is used again.
    public var recorded: UnsafeBufferPointer<TraceEvent> { UnsafeBufferPointer(start: buffer.base, count: count) }
    /// A copy of the recorded steps.
    public var events: [TraceEvent] { Array(recorded) }
    /// Steps taken, also those that are part of a tally or beyond the limit.
    public var stepCount: Int { count + omitted - tallies }

    private var count: Int { next - buffer.base }
    private var tallies = 0

    public func shouldStop() -> Bool { cancellation?.isCancelled ?? false }

    @inline(__always)
    public mutating func record(_ event: TraceEvent) {
        if next == pause { return recordWithCare(event) }
        next.initialize(to: event)
        next += 1
    }

    /// Hands on what has not been handed on yet.
    public mutating func flush() {
        if isSummary { keepTally() }
        handOn()
    }

    // MARK: Away from the usual path

    @inline(never)
    private mutating func recordWithCare(_ event: TraceEvent) {
        if isSummary, event.isMeasurement {
            omitted += 1
            tally.add(event)
            return
        }
        if isSummary { keepTally() }
        if !isSummary, count >= maxEvents {
            isSummary = true
            summarisedFrom = count
            pause = next
            return recordWithCare(event)
        }
        keep(event)
    }

    private mutating func keepTally() {
        guard let event = tally.event else { return }
        tally = Tally()
        if keep(event) { tallies += 1 }
    }

    @discardableResult
    private mutating func keep(_ event: TraceEvent) -> Bool {
        // The stop is kept in any case: without it a trace looks unfinished.
        guard count < 2 * maxEvents || event.kind == .stop else {
            if event.kind != .tally { omitted += 1 }
            isTruncated = true
            return false
        }
        if next == buffer.base + buffer.capacity {
            let used = count
            buffer.grow(used: used)
            next = buffer.base + used
        }
        if sink != nil, count - handedOn >= batchEvents { handOn() }
        next.initialize(to: event)
        next += 1
        pause = nextPause
        return true
    }

    private mutating func handOn() {
        guard let sink, handedOn < count else { return }
        sink(UnsafeBufferPointer(start: buffer.base + handedOn, count: count - handedOn), handedOn)
        handedOn = count
        batchEvents = min(2 * batchEvents, maxBatchEvents)
    }

    /// A summary looks at every event.
    private var nextPause: UnsafeMutablePointer<TraceEvent> {
        isSummary ? next : buffer.base + min(buffer.capacity, maxEvents, sink == nil ? .max : handedOn + batchEvents)
    }

    /// Distances put together.
    private struct Tally {
        private var last: TraceEvent?
        private var computed: UInt32 = 0
        private var kept: UInt32 = 0

        mutating func add(_ event: TraceEvent) {
            last = event
            guard event.isComputed else { return }
            computed += 1
            if event.kind == .keep { kept += 1 }
        }

        var event: TraceEvent? {
            guard let last else { return nil }
            return TraceEvent(
                .tally, flags: last.flags & TraceEvent.stageMask, layer: last.layer, from: kept, to: computed)
        }
    }
}

extension TraceEvent {
    /// A distance was computed, or a vector passed over, and nothing else happened.
    fileprivate var isMeasurement: Bool {
        switch kind {
        case .keep, .reject, .rank, .rescore: true
        default: false
        }
    }
}
