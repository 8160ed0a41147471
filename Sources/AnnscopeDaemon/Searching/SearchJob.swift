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
    let map: IndexMap?
    let maxTraceEvents: Int

    /// What a job reports while it runs and when it is over.
    enum Report: Sendable {
        /// The filter is made and the search begins; only where there is one.
        case filtered(AppliedSearchFilter)
        case steps([TraceEvent], first: Int)
        case finished(Finished)
        case failed(SearchError)
    }

    struct Finished: Sendable {
        let outcome: SearchOutcome
        let events: [TraceEvent]
        /// Steps taken, also those beyond the limit of recording.
        let eventCount: Int
        let isTruncated: Bool
        /// Wall time of the search itself.
        let microseconds: Int
        let place: QueryPlace?
    }

    func run(_ searcher: Searcher, report: @escaping @Sendable (Report) -> Void) {
        let file = index.file
        let cancellation = Cancellation()
        // Steps go out in batches while the search runs; the last batch is flushed when it is over. Nothing goes out that
        // was read from a file which has become another meanwhile.
        var recorder = TraceRecorder(
            maxEvents: maxTraceEvents, cancellation: cancellation,
            sink: { events, first in
                guard file.isIntact else { return cancellation.cancel() }
                report(.steps(Array(events), first: first))
            })
        let made = filter.map { index.filters.make($0) }
        if let made { report(.filtered(made.message)) }
        let clock = ContinuousClock()
        let begin = clock.now
        do throws(SearchError) {
            let outcome = try searcher.search(
                index.file, query: query, parameters: parameters, filter: made?.nodes, tracer: &recorder)
            let spent = begin.duration(to: clock.now)
            recorder.flush()
            guard file.isIntact else { throw Self.fileChanged }
            report(
                .finished(
                    Finished(
                        outcome: outcome, events: recorder.events, eventCount: recorder.stepCount,
                        isTruncated: recorder.isTruncated || recorder.summarisedFrom != nil,
                        microseconds: Int(spent / .microseconds(1)),
                        place: place(recorder.events, outcome.header))))
        } catch {
            // A step into nowhere is no damage when the file is being written.
            report(.failed(file.isIntact ? error : Self.fileChanged))
        }
    }

    private static let fileChanged = SearchError(
        code: .fileChanged, message: "file changed: it was written to while it was searched; search again")

    /// The query's place follows from the true distances to the vectors that the search evaluated.
    private func place(_ events: [TraceEvent], _ header: TraceHeader) -> QueryPlace? {
        guard let map else { return nil }
        let evaluated = events.filter { $0.measuresVector }.map { (node: $0.to, distance: $0.distance) }
        return map.place(evaluated: evaluated, largerIsNearer: header.largerIsNearer)
    }
}

extension TraceEvent {
    /// The distance is that of a stored vector, not of a centroid.
    var measuresVector: Bool {
        guard distance.isFinite, to != Self.none else { return false }
        switch kind {
        case .keep, .reject: return true
        case .enter: return layer >= 0
        default: return false
        }
    }
}
