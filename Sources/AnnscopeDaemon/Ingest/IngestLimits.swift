/// How much may be asked, and what is told of it.
public struct IngestLimits: Sendable, Equatable {
    /// Searches that one client may ask for in a second, in the long run.
    public var ratePerSecond = 1000
    /// Searches that one client may ask for at once, after it was quiet.
    public var rateBurst = 5000
    /// Searches of all batches together that wait for their turn; a batch that does not fit is refused whole.
    public var maxWaitingInBatches = 4000
    /// Answers kept for those who ask again with the same key, and their bytes; the oldest go first.
    public var keptKeys = 10_000
    public var keptKeyBytes = 16 << 20
    /// How long they are kept.
    public var keptKeyTime = Duration.seconds(600)
    /// Searches of an index in a second that are told one by one; the others are counted.
    public var listedPerSecond = 20
    /// How long counted searches are gathered into one event.
    public var countedEvery = Duration.milliseconds(250)
    /// Memory of the kept searches' steps, vectors and results, in bytes; the oldest searches go first.
    public var keptSearchBytes = 256 << 20

    public init() {}
}
