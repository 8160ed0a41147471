/// What the hub keeps, how fast it gives and takes, and how long it waits.
public struct HubLimits: Sendable {
    // MARK: What is kept of streams

    /// Events kept of a replay stream for those who come back.
    public var replayEvents = 20_000
    /// Bytes kept of a replay stream: the events and what they were encoded to.
    public var replayBytes = 32 << 20
    /// Bytes kept of all replay streams together. Beyond, the stream that keeps most gives its oldest events, until a
    /// sixteenth is free: so no stream loses anything as long as it keeps less than its equal share.
    public var totalReplayBytes = 256 << 20
    /// Ends of keys kept of a state stream, for those who come back. Who was away for more than that begins anew.
    public var ends = 100
    /// Tiles that are followed at once, by whomever; one more is refused as `busy`.
    public var tiles = 4096

    // MARK: What is on the way to a viewer

    /// A viewer with so many bytes on the way gets no stream events until it has read.
    public var softQueuedBytes = 1 << 20
    /// A viewer that has more bytes than this on the way when yet another answer is due is closed as slow: it asks and does not
    /// read. With the largest answer, this is the most that one viewer can take.
    public var hardQueuedBytes = 16 << 20
    /// Events are put into messages of about this size, so that a snapshot leaves room for live steps in between.
    public var messageBytes = 256 << 10
    /// A viewer that reads nothing for this long while events wait for it is closed as slow.
    public var stall = Duration.seconds(30)
    /// A viewer that loses events so many times within `gapWindow` is closed as slow: it can't follow at all.
    public var gaps = 10
    public var gapWindow = Duration.seconds(60)

    // MARK: Pace

    /// After stream events went out, the next wait for this long for each message to each viewer, so that the work of sending
    /// stays a fraction of a processor however many watch.
    public var pacePerDelivery = Duration.microseconds(20)
    /// Stream events never wait longer than this.
    public var maxPace = Duration.milliseconds(50)

    // MARK: What a viewer may ask

    /// Time for `initialize` to come.
    public var initialize = Duration.seconds(10)
    /// Bytes of a message of one that has not introduced itself; of one that asks too fast, what is read all the same.
    public var helloBytes = 16 << 10
    /// Requests of one viewer that may be unanswered.
    public var unanswered = 256
    /// Subscriptions of one viewer; each tile of a map is one.
    public var subscriptions = 128
    /// Requests of one viewer that are taken in a second, on average; more are refused as `tooMany`.
    public var requestsPerSecond = 1000
    /// Requests that are taken at once after a quiet time.
    public var requestBurst = 2000
    /// A message counts as one request, and as one more for each so many bytes.
    public var bytesPerRequest = 32 << 10
    /// A viewer that goes on until so many were refused within `refusalWindow` is closed.
    public var refusals = 2000
    public var refusalWindow = Duration.seconds(10)
    /// A viewer that asks so many times in a row for what it may not is closed.
    public var forbiddenInARow = 100

    public init() {}
}
