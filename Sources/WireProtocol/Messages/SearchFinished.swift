public import OrderedCollections

/// How a search ended.
public struct SearchFinished: Sendable, Equatable {
    /// Why a search ended before its time.
    public enum Stop: String, Sendable {
        /// Somebody called it off, or nobody was left to wait for it.
        case cancelled
        /// Its time was over.
        case deadline
    }

    public var search: String
    public var index: String
    public var revision: Int
    public var results: [SearchResult]
    public var labelsAreText: Bool
    /// What it cost, by the names of `SearchCounters`.
    public var counters: JSONObject
    /// Wall time of the search itself.
    public var microseconds: Int
    /// Steps taken, also those beyond the limit of recording; 0 when nothing was recorded.
    public var events: Int
    /// The number of the first event that stands for several steps, as the limit of recording was reached.
    public var summarisedFrom: Int?
    /// Steps beyond all limits were counted, not recorded.
    public var isTruncated: Bool
    /// Why it ended early, with what was found until then; nil when it is complete.
    public var stop: Stop?
    /// What the search left out, for people; nil when it is whole.
    public var limit: String?

    public init(
        search: String, index: String, revision: Int, results: [SearchResult], labelsAreText: Bool,
        counters: JSONObject, microseconds: Int, events: Int, summarisedFrom: Int? = nil, isTruncated: Bool,
        stop: Stop? = nil, limit: String? = nil
    ) {
        self.search = search
        self.index = index
        self.revision = revision
        self.results = results
        self.labelsAreText = labelsAreText
        self.counters = counters
        self.microseconds = microseconds
        self.events = events
        self.summarisedFrom = summarisedFrom
        self.isTruncated = isTruncated
        self.stop = stop
        self.limit = limit
    }

    public var members: JSONObject {
        var keys: JSONObject = [
            "search": .string(search), "index": .string(index), "revision": .integer(Int64(revision)),
            "results": .array(results.map { $0.json(labelsAreText: labelsAreText) }),
            "counters": .object(counters), "microseconds": .integer(Int64(microseconds)),
            "complete": .bool(stop == nil), "events": .integer(Int64(events)), "truncated": .bool(isTruncated),
        ]
        keys["stopped"] = stop.map { .string($0.rawValue) }
        keys["summarisedFrom"] = summarisedFrom.map { .integer(Int64($0)) }
        keys["limit"] = limit.map { .string($0) }
        return keys
    }
}
