internal import VectorSearch
internal import WireProtocol

extension SearchCounted.Row {
    init(_ search: RunningSearch, _ finished: SearchJob.Finished, stop: SearchFinished.Stop?) {
        self.init(search, stop == nil ? .complete : .stopped)
        distances = finished.outcome.counters.distances
        microseconds = finished.microseconds
        best = finished.outcome.hits.first?.distance ?? .nan
    }

    init(failed search: RunningSearch) { self.init(search, .failed) }

    private init(_ search: RunningSearch, _ outcome: SearchCounted.Outcome) {
        let header = search.job.header
        self.init(
            search: RunningSearch.number(of: search.started.search), source: search.started.source, k: header.k,
            effort: header.efSearch > 0 ? header.efSearch : header.nprobe > 0 ? header.nprobe : header.searchK,
            outcome: outcome)
    }
}
