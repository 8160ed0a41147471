/// Counts what becomes of the searches on one index.
struct SearchMetrics: Sendable {
    /// How a search ended.
    enum Outcome: String, CaseIterable, Sendable {
        case complete
        /// Called off, or its time was over: with what was found by then.
        case stopped
        case failed
    }

    private(set) var counts: [Outcome: Int] = [:]
    private(set) var distances = 0
    /// Seconds of the search alone.
    private(set) var time = Histogram.latency
    /// Seconds from the request to its answer.
    private(set) var answers = Histogram.latency
    /// Shares of the exact neighbours that were found.
    private(set) var recall = Histogram.share

    mutating func finished(_ outcome: Outcome, seconds: Double, distances: Int) {
        counts[outcome, default: 0] += 1
        time.add(seconds)
        self.distances += distances
    }

    mutating func failed() { counts[.failed, default: 0] += 1 }

    mutating func answered(after seconds: Double) { answers.add(seconds) }

    mutating func measured(recall share: Double) { recall.add(share) }
}
