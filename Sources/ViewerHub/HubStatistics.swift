public import WireProtocol

/// What the hub holds and has done, for the metrics.
public struct HubStatistics: Sendable, Equatable {
    // MARK: Now

    /// Viewers that have introduced themselves, by what they may do.
    public internal(set) var viewers: [Role: Int] = [:]
    /// Connections that have not.
    public internal(set) var waiting = 0
    /// Viewers that read too slowly for what they follow.
    public internal(set) var stalled = 0
    public internal(set) var subscriptions = 0
    /// Those of them that are paused.
    public internal(set) var paused = 0
    public internal(set) var streams = 0
    /// Bytes handed to the sockets that the kernel did not take yet, of all viewers; what they share is counted for each.
    public internal(set) var queuedBytes = 0
    /// Bytes kept of state streams.
    public internal(set) var stateBytes = 0
    /// Bytes kept of replay streams.
    public internal(set) var replayBytes = 0

    // MARK: Since the start

    public internal(set) var eventsAppended = 0
    /// Messages handed to the sockets, for each viewer that gets them.
    public internal(set) var messagesSent = 0
    public internal(set) var bytesSent = 0
    /// Times that a viewer was told of lost events, and how many these were.
    public internal(set) var gaps = 0
    public internal(set) var eventsLost = 0
    public internal(set) var requests = 0
    /// Requests that came too fast.
    public internal(set) var requestsRefused = 0
    /// Requests for what the viewer may not do.
    public internal(set) var requestsForbidden = 0
    /// Viewers that the hub closed.
    public internal(set) var closes: [CloseCode: Int] = [:]

    public init() {}
}
