internal import MapLayout
internal import VectorSearch
internal import WireProtocol

/// One search as the daemon keeps it: what was asked, what was found, and the steps in between.
struct SearchRecord: Sendable {
    let started: SearchStarted
    /// The revision that was searched, kept alive for its vectors.
    let index: ServedIndex
    let query: [Float]
    /// The map of the time, on which the query has its place.
    let map: IndexMap?
    let finished: SearchJob.Finished
    /// Why it ended before its time; nil when it is complete.
    let stop: SearchFinished.Stop?
    /// nil while nobody has looked.
    var recall: SearchRecall?

    var eventCount: Int { finished.trace?.events.count ?? 0 }
}

/// The last searches; the oldest are forgotten first.
struct SearchHistory: Sendable {
    private var records: [String: SearchRecord] = [:]
    private var order: [String] = []
    private var events = 0
    private var maxSearches: Int
    /// Steps kept over all searches.
    private var maxEvents: Int
    /// Bytes of a step.
    private static let eventBytes = 16

    /// - Parameter maxBytes: of the steps of all searches.
    init(maxSearches: Int, maxBytes: Int) {
        self.maxSearches = maxSearches
        maxEvents = maxBytes / Self.eventBytes
    }

    /// Takes other limits; what is beyond is forgotten.
    mutating func limit(maxSearches: Int, maxBytes: Int) {
        self.maxSearches = maxSearches
        maxEvents = maxBytes / Self.eventBytes
        forgetOldest()
    }

    subscript(id: String) -> SearchRecord? { records[id] }

    /// Adds to a search what was found out later. It may be forgotten by then.
    mutating func add(_ recall: SearchRecall, to id: String) { records[id]?.recall = recall }

    mutating func add(_ record: SearchRecord) {
        records[record.started.search] = record
        order.append(record.started.search)
        events += record.eventCount
        forgetOldest()
    }

    private mutating func forgetOldest() {
        while order.count > maxSearches || (events > maxEvents && order.count > 1) {
            if let old = records.removeValue(forKey: order.removeFirst()) { events -= old.eventCount }
        }
    }

    /// Forgets the searches of an index, so that its bytes can go.
    mutating func forget(index name: String) {
        for (id, record) in records where record.started.index == name {
            records[id] = nil
            events -= record.eventCount
        }
        order.removeAll { records[$0] == nil }
    }
}
