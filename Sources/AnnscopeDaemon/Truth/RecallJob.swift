internal import IndexFiles
internal import VectorSearch
internal import WireProtocol

/// Finds the exact neighbours of a finished search, on a worker, and compares.
struct RecallJob: Sendable {
    let search: String
    let index: ServedIndex
    let query: [Float]
    let filter: FilterPlan?
    let outcome: SearchOutcome
    /// Somebody waits for it.
    let isRequired: Bool
    /// The search is told one by one; of those that are only counted, one is measured when nothing else is to be.
    let isListed: Bool

    func run() -> SearchRecall {
        guard outcome.isComplete else { return .unavailable("the search was called off") }
        let neighbours: ExactNeighbours
        switch index.truth.neighbours {
        case .success(let found): neighbours = found
        case .failure(let obstacle): return .unavailable(obstacle.reason)
        }
        let clock = ContinuousClock()
        let begin = clock.now
        let exact: [SearchHit]
        do throws(SearchError) {
            exact =
                try neighbours.nearest(
                    to: neighbours.query(asked: query, transformed: outcome.transformedQuery), k: outcome.header.k,
                    filter: filter.map { index.filters.make($0).nodes }) ?? []
        } catch {
            return .unavailable(error.message)
        }
        let spent = begin.duration(to: clock.now)
        guard index.file.isIntact else { return .unavailable("the file was written to meanwhile") }
        let recall = Recall(outcome.hits, exact: exact, header: outcome.header)
        return .measured(
            .init(
                k: outcome.header.k, recall: recall.share, exact: recall.exact.map { SearchResult($0) },
                missed: recall.missed.map { SearchResult($0) },
                basis: neighbours.isOverDecodedVectors ? .decoded : .stored,
                microseconds: Int(spent / .microseconds(1))))
    }
}
