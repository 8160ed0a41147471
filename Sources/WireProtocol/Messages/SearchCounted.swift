internal import OrderedCollections

/// Searches that are not told one by one, a row each.
public struct SearchCounted: Sendable, Equatable {
    /// How a search ended.
    public enum Outcome: UInt8, Sendable {
        case complete = 0
        /// Before its time, with what was found by then.
        case stopped = 1
        case failed = 2
    }

    /// One search.
    public struct Row: Sendable, Equatable {
        /// The number in its name: 17 of `s17`.
        public var search: Int
        /// Who asked.
        public var source: String?
        public var k: Int
        /// efSearch, nprobe or searchK, whichever the index has; 0 where it has none.
        public var effort: Int
        /// Distances computed.
        public var distances: Int
        /// Wall time of the search itself.
        public var microseconds: Int
        /// The distance of the nearest result; NaN where there is none.
        public var best: Float
        /// The share of the exact neighbours that was found; NaN where nobody looked in time.
        public var recall: Float
        public var outcome: Outcome

        public init(
            search: Int, source: String?, k: Int, effort: Int, distances: Int = 0, microseconds: Int = 0,
            best: Float = .nan, recall: Float = .nan, outcome: Outcome
        ) {
            self.search = search
            self.source = source
            self.k = k
            self.effort = effort
            self.distances = distances
            self.microseconds = microseconds
            self.best = best
            self.recall = recall
            self.outcome = outcome
        }
    }

    /// The place of a search that has no source, or whose source is one of too many.
    public static let noSource: UInt16 = 65535

    public var rows: [Row]
    /// Wall clock when the last of them ended, milliseconds since 1970.
    public var at: Int

    public init(rows: [Row], at: Int) {
        self.rows = rows
        self.at = at
    }
}

extension SearchEvents {
    public static func counted(_ counted: SearchCounted) -> StreamEvent {
        var places: OrderedDictionary<String, UInt16> = [:]
        let sources = counted.rows.map { row in
            guard let source = row.source else { return SearchCounted.noSource }
            if let known = places[source] { return known }
            guard places.count < Int(SearchCounted.noSource) else { return SearchCounted.noSource }
            places[source] = UInt16(places.count)
            return UInt16(places.count - 1)
        }
        let rows = counted.rows
        return StreamEvent(
            "search.counted",
            [
                "first": .integer(Int64(rows.first?.search ?? 0)), "count": .integer(Int64(rows.count)),
                "at": .integer(Int64(counted.at)), "sources": .array(places.keys.map { .string($0) }),
            ],
            columns: [
                "search": .u32(rows.map { UInt32(truncatingIfNeeded: $0.search) }), "source": .u16(sources),
                "k": .u32(rows.map { UInt32(clamping: $0.k) }), "ef": .u32(rows.map { UInt32(clamping: $0.effort) }),
                "distances": .u32(rows.map { UInt32(clamping: $0.distances) }),
                "microseconds": .u32(rows.map { UInt32(clamping: $0.microseconds) }),
                "best": .f32(rows.map(\.best)), "recall": .f32(rows.map(\.recall)),
                "outcome": .u8(rows.map(\.outcome.rawValue)),
            ])
    }
}
