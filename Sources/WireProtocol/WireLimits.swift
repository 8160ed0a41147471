/// What one message may ask for. Told to every client at `initialize`.
public struct WireLimits: Sendable, Equatable {
    /// Bytes of a message.
    public var maxMessageBytes = 4 << 20
    public var maxDimension = 65_536
    public var maxK = 10_000
    public var maxEfSearch = 100_000
    public var maxNprobe = 1_000_000
    public var maxSearchK = 10_000_000
    /// Searches of one `search.runMany`.
    public var maxBatch = 1000
    /// Results of all searches of one `search.runMany`, `k` times their number.
    public var maxBatchResults = 100_000
    /// Bytes of a `key`.
    public var maxKeyBytes = 200
    /// Bytes of a subject's picture, as a URL.
    public var maxImageBytes = 256 << 10
    /// Labels and nodes of one `index.items`, items that `index.find` lists, nodes of one `index.distances`.
    public var maxItems = 1000
    /// Bytes of what `index.find` looks for.
    public var maxFindBytes = 200
    /// Vectors that `index.cell` lists at most.
    public var maxCellNodes = 10_000
    /// Labels in each list of a filter.
    public var maxFilterLabels = 100_000
    /// Bytes of a filter's condition.
    public var maxFilterBytes = 4096

    /// Vectors up to which a map is sent whole. Beyond, what is below the upper levels is sent as a density and a sample, and
    /// node by node only in tiles.
    public var fullMapNodes = 100_000

    /// Steps of a search that are recorded one by one; what is beyond is put together.
    public var maxTraceEvents = 400_000
    /// A search ends after so many milliseconds where its request does not say otherwise.
    public var deadlineMilliseconds = 10_000
    /// The most that a request may say.
    public var maxDeadlineMilliseconds = 600_000
    /// Searches waiting for a worker; one more is answered `busy`.
    public var maxQueuedSearches = 256
    /// Answers waiting for exact neighbours; one more is answered `busy`.
    public var maxQueuedRecalls = 64

    public init() {}

    public var json: JSONValue {
        [
            "maxMessageBytes": .integer(Int64(maxMessageBytes)), "maxDimension": .integer(Int64(maxDimension)),
            "maxK": .integer(Int64(maxK)), "maxEfSearch": .integer(Int64(maxEfSearch)),
            "maxNprobe": .integer(Int64(maxNprobe)), "maxSearchK": .integer(Int64(maxSearchK)),
            "maxBatch": .integer(Int64(maxBatch)), "maxBatchResults": .integer(Int64(maxBatchResults)),
            "maxKeyBytes": .integer(Int64(maxKeyBytes)),
            "maxImageBytes": .integer(Int64(maxImageBytes)),
            "maxItems": .integer(Int64(maxItems)), "maxFindBytes": .integer(Int64(maxFindBytes)),
            "maxCellNodes": .integer(Int64(maxCellNodes)),
            "maxFilterLabels": .integer(Int64(maxFilterLabels)), "maxFilterBytes": .integer(Int64(maxFilterBytes)),
            "fullMapNodes": .integer(Int64(fullMapNodes)), "maxTraceEvents": .integer(Int64(maxTraceEvents)),
            "deadlineMilliseconds": .integer(Int64(deadlineMilliseconds)),
            "maxDeadlineMilliseconds": .integer(Int64(maxDeadlineMilliseconds)),
            "maxQueuedSearches": .integer(Int64(maxQueuedSearches)),
            "maxQueuedRecalls": .integer(Int64(maxQueuedRecalls)),
        ]
    }
}
