internal import IndexFiles

/// Why a search could not be run.
public struct SearchError: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// The query has another number of components than the index.
        public static let wrongDimension = Code(description: "wrong dimension")
        /// A component is NaN or infinite.
        public static let notFinite = Code(description: "not finite")
        /// k, efSearch, nprobe or the filter is none that the library would take.
        public static let invalidParameter = Code(description: "invalid parameter")
        /// The index is of a kind that can be shown and not searched.
        public static let notSearchable = Code(description: "not searchable")
        /// A step led to a place that the file does not have: it is damaged, or somebody is writing to it.
        public static let damagedFile = Code(description: "damaged file")
        /// Somebody wrote to the file while it was searched.
        public static let fileChanged = Code(description: "file changed")
    }

    public let code: Code
    public let message: String

    public init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { "\(code): \(message)" }

    /// Settled files were checked; in a mapped one every link is met for the first time.
    static func damaged(link place: Int, of node: UInt32, to target: some BinaryInteger) -> SearchError {
        SearchError(
            code: .damagedFile, message: "link \(place) of node \(node) leads to node \(target), which is not there")
    }

    /// The vectors can't be compared by the index's metric.
    static func notComparable(_ object: IndexObject) -> SearchError {
        SearchError(
            code: .notSearchable,
            message: "the vectors of \(object.kind) can't be compared by \(object.metric.rawValue)")
    }

    static func parameter(_ message: String) -> SearchError { SearchError(code: .invalidParameter, message: message) }
}
