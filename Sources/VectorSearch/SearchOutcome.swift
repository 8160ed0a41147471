public import IndexFiles

/// One result, nearest first.
public struct SearchHit: Sendable, Equatable {
    public let label: VectorLabel
    public let node: UInt32
    /// The library's own value.
    public let distance: Float

    public init(label: VectorLabel, node: UInt32, distance: Float) {
        self.label = label
        self.node = node
        self.distance = distance
    }
}

/// Results, cost, and how to replay the steps.
public struct SearchOutcome: Sendable, Equatable {
    public var header: TraceHeader
    public var hits: [SearchHit] = []
    public var counters = SearchCounters()
    /// False when the search was called off; `hits` then holds what was found until then.
    public var isComplete = true
    /// What the search leaves out or does not do as the library, for people: `IndexFile.searchLimit`.
    public var limit: String?
    /// What the index within all transforms was asked; nil where there are none.
    public var transformedQuery: [Float]?

    public init(header: TraceHeader) { self.header = header }
}
