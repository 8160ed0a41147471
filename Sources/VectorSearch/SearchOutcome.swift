public import IndexFiles

/// What to look for. The dimension is checked when the search runs.
public struct SearchParameters: Sendable, Equatable {
    /// Results wanted, at least 1.
    public var k: Int
    /// hnswlib's `ef`; 10, its default after loading, where nil.
    public var efSearch: Int?
    /// Faiss's `nprobe`; the file's own where nil.
    public var nprobe: Int?

    public init(k: Int, efSearch: Int? = nil, nprobe: Int? = nil) {
        self.k = k
        self.efSearch = efSearch
        self.nprobe = nprobe
    }
}

/// One result, nearest first.
public struct SearchHit: Sendable, Equatable {
    public let label: VectorLabel
    public let node: UInt32
    public let distance: Float

    public init(label: VectorLabel, node: UInt32, distance: Float) {
        self.label = label
        self.node = node
        self.distance = distance
    }
}

/// What a search cost. Where a library counts differently, its own counters say so by name.
public struct SearchCounters: Sendable, Equatable {
    /// Distances really computed, centroids included.
    public var distances = 0
    /// Neighbour lists read (HNSW), all layers.
    public var expansions = 0
    /// hnswlib 0.8's `metric_hops`: upper layers only.
    public var upperHops = 0
    /// hnswlib 0.8's `metric_distance_computations`: lengths of the upper lists read.
    public var upperListLengths = 0
    /// Centroids compared (IVF).
    public var centroids = 0
    /// Non-empty lists scanned (Faiss's `nlist` statistic).
    public var lists = 0
    /// Vectors of the lists compared (Faiss's `ndis`).
    public var listVectors = 0

    public init() {}
}

/// Results, cost, and how to replay the steps.
public struct SearchOutcome: Sendable, Equatable {
    public var header: TraceHeader
    public var hits: [SearchHit]
    public var counters: SearchCounters
    /// False when the recorder called the search off; `hits` then holds what was found until then.
    public var isComplete: Bool

    public init(
        header: TraceHeader, hits: [SearchHit] = [], counters: SearchCounters = SearchCounters(),
        isComplete: Bool = true
    ) {
        self.header = header
        self.hits = hits
        self.counters = counters
        self.isComplete = isComplete
    }
}

/// Why a search could not be run.
public struct SearchError: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String
        /// The query has another number of components than the index.
        public static let wrongDimension = Code(description: "wrong dimension")
        /// A component is NaN or infinite.
        public static let notFinite = Code(description: "not finite")
        /// k, efSearch or nprobe is out of range.
        public static let invalidParameter = Code(description: "invalid parameter")
        /// The index is of a kind that can be shown and not searched yet.
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
}
