/// What the hub keeps and how long it waits.
public struct HubLimits: Sendable {
    /// Events kept of a replay stream for those who come back.
    public var replayEvents = 20_000
    /// Bytes kept of a replay stream, as encoded.
    public var replayBytes = 32 << 20
    /// A viewer with more bytes on the way gets no stream events until it has read.
    public var softQueuedBytes = 1 << 20
    /// Events are put into messages of about this size, so that a snapshot leaves room for live steps in between.
    public var messageBytes = 256 << 10
    /// Requests of one viewer that may be unanswered.
    public var unanswered = 256
    /// Subscriptions of one viewer; each tile of a map is one.
    public var subscriptions = 128
    /// Time for `initialize` to come.
    public var initialize = Duration.seconds(10)
    /// A viewer that reads nothing for this long while much waits for it is closed.
    public var stall = Duration.seconds(30)

    public init() {}
}
