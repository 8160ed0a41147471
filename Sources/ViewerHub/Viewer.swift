internal import WireProtocol

/// What the hub knows of one viewer.
struct Viewer {
    /// A stream that the viewer follows.
    struct Subscription {
        /// The offset that the viewer gets next.
        var cursor: Int
        /// Events before this one are a snapshot.
        let joinedAt: Int
    }

    /// When it came, until it has introduced itself.
    var waitingSince: Duration?
    var columns = ColumnMode.arrays
    var subscriptions: [StreamName: Subscription] = [:]
    /// Requests that have no answer yet.
    var unanswered = 0
    /// Bytes handed to the sockets and not taken by the kernel.
    var queuedBytes = 0
    /// Since when it reads nothing while more waits than it may have on the way.
    var stalledSince: Duration?

    var isInitialized: Bool { waitingSince == nil }
}
