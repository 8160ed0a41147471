/// What the daemon counts from its start on, for `GET /metrics`.
struct DaemonMetrics: Sendable {
    private(set) var searches: [String: SearchMetrics] = [:]
    private(set) var indexes: [String: IndexMetrics] = [:]
    /// Requests that were turned away, by reason.
    private(set) var refused: [String: Int] = [:]
    /// Seconds from a request to the moment its first steps were handed to the sockets.
    private(set) var firstSteps = Histogram.latency

    /// Indexes that are told apart; what is beyond is counted together. Each is about 70 lines of text.
    private static let maxNames = 200
    static let otherNames = "(other)"

    /// Counts a search of an index: by itself as long as the index is.
    mutating func search(_ index: String, _ change: (inout SearchMetrics) -> Void) {
        change(&searches[indexes[index] == nil ? Self.otherNames : index, default: SearchMetrics()])
    }

    /// What was counted of an index goes with it.
    mutating func forget(index: String) {
        indexes[index] = nil
        searches[index] = nil
    }

    mutating func index(_ index: String, _ change: (inout IndexMetrics) -> Void) {
        let name = indexes[index] != nil || indexes.count < Self.maxNames ? index : Self.otherNames
        change(&indexes[name, default: IndexMetrics()])
    }

    /// - Parameter reason: one of a few fixed words.
    mutating func refused(_ reason: String) { refused[reason, default: 0] += 1 }

    mutating func firstSteps(after seconds: Double) { firstSteps.add(seconds) }

    // MARK: Text

    /// - Parameter refusedByHead: requests whose body was not taken, for who sent them may not have what they ask for.
    func write(to text: inout MetricsText, refusedByHead: Int) {
        writeSearches(to: &text)
        writeIndexes(to: &text)
        text.begin("annscope_refused_total", .counter, "Requests that were turned away.")
        let refused = refused.merging(refusedByHead > 0 ? ["access": refusedByHead] : [:], uniquingKeysWith: +)
        for (reason, count) in refused.sorted(by: { $0.key < $1.key }) {
            text.sample("annscope_refused_total", [("reason", reason)], count)
        }
    }

    private func writeSearches(to text: inout MetricsText) {
        let searches = searches.sorted { $0.key < $1.key }
        text.begin("annscope_searches_total", .counter, "Searches that ended.")
        for (name, metrics) in searches {
            for outcome in SearchMetrics.Outcome.allCases {
                text.sample(
                    "annscope_searches_total", [("index", name), ("outcome", outcome.rawValue)],
                    metrics.counts[outcome] ?? 0)
            }
        }
        text.begin("annscope_distances_total", .counter, "Distances that searches computed.")
        for (name, metrics) in searches {
            text.sample("annscope_distances_total", [("index", name)], metrics.distances)
        }
        text.begin("annscope_search_seconds", .histogram, "Time of the search alone, traced.")
        for (name, metrics) in searches { text.sample("annscope_search_seconds", [("index", name)], metrics.time) }
        text.begin("annscope_answer_seconds", .histogram, "From a search's request to its answer.")
        for (name, metrics) in searches { text.sample("annscope_answer_seconds", [("index", name)], metrics.answers) }
        text.begin("annscope_recall", .histogram, "Shares of the exact neighbours that measured searches found.")
        for (name, metrics) in searches { text.sample("annscope_recall", [("index", name)], metrics.recall) }
        text.begin(
            "annscope_first_steps_seconds", .histogram, "From a search's request to its first steps at the sockets.")
        text.sample("annscope_first_steps_seconds", [], firstSteps)
    }

    private func writeIndexes(to text: inout MetricsText) {
        let indexes = indexes.sorted { $0.key < $1.key }
        text.begin("annscope_index_loads_total", .counter, "Revisions of index files that were loaded.")
        for (name, metrics) in indexes { text.sample("annscope_index_loads_total", [("index", name)], metrics.loads) }
        text.begin(
            "annscope_index_failures_total", .counter, "Times that the bytes of an index file could not be taken.")
        for (name, metrics) in indexes {
            text.sample("annscope_index_failures_total", [("index", name)], metrics.failures)
        }
        text.begin("annscope_index_load_seconds", .histogram, "Reading and checking an index file.")
        for (name, metrics) in indexes {
            text.sample("annscope_index_load_seconds", [("index", name)], metrics.loadTime)
        }
        text.begin("annscope_map_seconds", .histogram, "Making the map of a revision, or reading a kept one.")
        for (name, metrics) in indexes { text.sample("annscope_map_seconds", [("index", name)], metrics.mapTime) }
    }
}
