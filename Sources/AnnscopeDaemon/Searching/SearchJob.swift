internal import IndexFiles
internal import MapLayout
internal import VectorSearch
internal import WireProtocol

/// One search, run on a worker thread from the first step to the query's place on the map.
struct SearchJob: Sendable {
    let index: ServedIndex
    let query: [Float]
    let parameters: SearchParameters
    let filter: FilterPlan?
    /// How the steps are to be read.
    let header: TraceHeader
    /// Where the query gets its place.
    let map: IndexMap?
    /// Where the nodes of streamed steps are, if the map is not sent whole.
    let places: MapPlaces?
    /// What is recorded; nil is nothing.
    let detail: TraceRecorder.Detail?
    /// Steps are reported while the search runs.
    let isStreamed: Bool
    let maxTraceEvents: Int
    let cancellation = Cancellation()

    /// What a job reports while it runs and when it is over.
    enum Report: Sendable {
        /// The filter is made and the search begins; only where there is one.
        case filtered(AppliedSearchFilter)
        case steps([TraceEvent], first: Int, NodePlaces?)
        case finished(Finished)
        case failed(SearchError)
    }

    struct Finished: Sendable {
        let outcome: SearchOutcome
        /// Wall time of the search itself.
        let microseconds: Int
        /// nil when nothing was recorded.
        let trace: Trace?
        let place: QueryPlace?
    }

    /// The steps as they are kept.
    struct Trace: Sendable {
        let events: [TraceEvent]
        /// Steps taken, also those that have no event of their own.
        let stepCount: Int
        /// The first event that stands for several steps because the limit was reached.
        let summarisedFrom: Int?
        let isTruncated: Bool

        init(_ recorder: TraceRecorder) {
            events = recorder.events
            stepCount = recorder.stepCount
            summarisedFrom = recorder.summarisedFrom
            isTruncated = recorder.isTruncated
        }
    }

    func run(_ workspace: SearchWorkspace, report: @escaping @Sendable (Report) -> Void) {
        let made = filter.map { index.filters.make($0) }
        if let made { report(.filtered(made.message)) }
        do throws(SearchError) {
            let finished = try search(workspace, made?.nodes, report)
            guard index.file.isIntact else { throw Self.fileChanged }
            report(.finished(finished))
        } catch {
            // A step into nowhere is no damage when the file is being written.
            report(.failed(index.file.isIntact ? error : Self.fileChanged))
        }
        workspace.tidy()
    }

    private func search(
        _ workspace: SearchWorkspace, _ filter: NodeFilter?, _ report: @escaping @Sendable (Report) -> Void
    ) throws(SearchError) -> Finished {
        let clock = ContinuousClock()
        let begin = clock.now
        guard let detail else {
            var nothing = NoTrace(cancellation: cancellation)
            let outcome = try workspace.searcher.search(
                index.file, query: query, parameters: parameters, filter: filter, tracer: &nothing)
            return Finished(
                outcome: outcome, microseconds: Int(begin.duration(to: clock.now) / .microseconds(1)), trace: nil,
                place: place([], outcome))
        }
        var recorder = TraceRecorder(
            detail: detail, maxEvents: maxTraceEvents, buffer: workspace.trace, cancellation: cancellation,
            sink: isStreamed ? sink(workspace.visits, report) : nil)
        let outcome = try workspace.searcher.search(
            index.file, query: query, parameters: parameters, filter: filter, tracer: &recorder)
        let spent = begin.duration(to: clock.now)
        // Of a summary, not every result is a step's node.
        if isStreamed, places != nil { workspace.visits.results = outcome.hits.map(\.node) }
        recorder.flush()
        let trace = Trace(recorder)
        return Finished(
            outcome: outcome, microseconds: Int(spent / .microseconds(1)), trace: trace,
            place: place(trace.events, outcome))
    }

    /// Hands steps on in batches while the search runs: nothing that was read from a file which has become another
    /// meanwhile.
    private func sink(_ visits: NodeVisits, _ report: @escaping @Sendable (Report) -> Void) -> TraceRecorder.Sink {
        if places != nil { visits.begin(count: index.file.count) }
        return { [file = index.file, cancellation, header, places] events, first in
            let visited = places.map { visits.newPlaces(events, header, on: $0, of: file) }
            guard file.isIntact else { return cancellation.cancel() }
            report(.steps(Array(events), first: first, visited))
        }
    }

    private static let fileChanged = SearchError(
        code: .fileChanged, message: "file changed: it was written to while it was searched; search again")

    /// The query's place follows from the true distances to the vectors that the search evaluated; from the results where
    /// not every step was recorded.
    private func place(_ events: [TraceEvent], _ outcome: SearchOutcome) -> QueryPlace? {
        guard let map else { return nil }
        let header = outcome.header
        let form = DistanceForm(index.file.metric, largerIsNearer: header.largerIsNearer)
        if detail == .full {
            let measured = events.lazy.filter { $0.measuresVector(header) }
            return map.place(evaluated: measured.map { (node: $0.to, distance: $0.distance) }, form: form)
        }
        return map.place(evaluated: outcome.hits.lazy.map { (node: $0.node, distance: $0.distance) }, form: form)
    }
}

extension TraceEvent {
    /// The distance is that of a stored vector, not of a centroid.
    func measuresVector(_ header: TraceHeader) -> Bool {
        guard distance.isFinite, to != Self.none, isOfVectors(header) else { return false }
        switch kind {
        case .keep, .reject: return true
        case .enter: return layer >= 0
        default: return false
        }
    }

    /// The stored vector that the step is about, if it is about one.
    func vector(_ header: TraceHeader) -> UInt32? {
        switch kind {
        case .enter, .keep, .reject, .expand, .descend, .rescore: to != Self.none && isOfVectors(header) ? to : nil
        case .rank, .open, .split, .stop, .tally: nil
        }
    }

    private func isOfVectors(_ header: TraceHeader) -> Bool {
        stage < header.stages.count && header.stages[stage].nodes == .vectors
    }
}
