/// What one message may ask for. Told to every client at `initialize`.
public struct WireLimits: Sendable, Equatable {
    /// Bytes of a message.
    public var maxMessageBytes = 4 << 20
    public var maxDimension = 65_536
    public var maxK = 10_000
    public var maxEfSearch = 100_000
    public var maxNprobe = 1_000_000
    /// Bytes of a subject's picture, as a URL.
    public var maxImageBytes = 256 << 10
    /// Labels and nodes of one `index.items`.
    public var maxItems = 1000
    /// Vectors that `index.cell` lists at most.
    public var maxCellNodes = 10_000
    /// Labels in each list of a filter.
    public var maxFilterLabels = 100_000
    /// Bytes of a filter's condition.
    public var maxFilterBytes = 4096

    public init() {}

    public var json: JSONValue {
        [
            "maxMessageBytes": .integer(Int64(maxMessageBytes)), "maxDimension": .integer(Int64(maxDimension)),
            "maxK": .integer(Int64(maxK)), "maxEfSearch": .integer(Int64(maxEfSearch)),
            "maxNprobe": .integer(Int64(maxNprobe)), "maxImageBytes": .integer(Int64(maxImageBytes)),
            "maxItems": .integer(Int64(maxItems)), "maxCellNodes": .integer(Int64(maxCellNodes)),
            "maxFilterLabels": .integer(Int64(maxFilterLabels)), "maxFilterBytes": .integer(Int64(maxFilterBytes)),
        ]
    }
}
