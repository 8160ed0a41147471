public import OrderedCollections

/// How much of the exact answer a search found.
public enum SearchRecall: Sendable, Equatable {
    case measured(Measured)
    /// Why nobody can tell, for people.
    case unavailable(String)

    public struct Measured: Sendable, Equatable {
        /// What the exact neighbours were looked for among.
        public enum Basis: String, Sendable {
            /// The vectors as they were added.
            case stored
            /// What the codes in the file stand for.
            case decoded
        }

        /// Results asked for.
        public var k: Int
        /// The share of the exact neighbours that was found, 0 to 1.
        public var recall: Double
        /// The nearest vectors that may be results, nearest first: k, or as many as there are.
        public var exact: [SearchResult]
        /// Those of `exact` that were not found.
        public var missed: [SearchResult]
        public var basis: Basis
        /// Wall time of the search for the exact neighbours.
        public var microseconds: Int
        /// Searches of this index since the last recall that nobody measured, as there was no time.
        public var skipped: Int

        public init(
            k: Int, recall: Double, exact: [SearchResult], missed: [SearchResult], basis: Basis, microseconds: Int,
            skipped: Int = 0
        ) {
            self.k = k
            self.recall = recall
            self.exact = exact
            self.missed = missed
            self.basis = basis
            self.microseconds = microseconds
            self.skipped = skipped
        }
    }

    public func members(labelsAreText: Bool) -> JSONObject {
        switch self {
        case .unavailable(let reason): return ["unavailable": .string(reason)]
        case .measured(let measured):
            var keys: JSONObject = [
                "k": .integer(Int64(measured.k)), "recall": .number(measured.recall),
                "exact": .array(measured.exact.map { $0.json(labelsAreText: labelsAreText) }),
                "missed": .array(measured.missed.map { $0.json(labelsAreText: labelsAreText) }),
                "over": .string(measured.basis.rawValue), "microseconds": .integer(Int64(measured.microseconds)),
                "sampled": .bool(measured.skipped > 0),
            ]
            if measured.skipped > 0 { keys["skipped"] = .integer(Int64(measured.skipped)) }
            return keys
        }
    }
}
