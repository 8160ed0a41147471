internal import WireProtocol

/// A stream: what it holds, and who follows it.
struct LiveStream {
    /// A viewer that follows the stream.
    struct Follower {
        let viewer: ViewerID
        /// The viewer's place in the hub's table.
        let slot: Int
        let columns: ColumnMode
        /// The offset that the viewer gets next.
        var cursor: Int
        /// Events of a state stream before this one are a snapshot.
        let joinedAt: Int
        var isPaused = false
    }

    let name: StreamName
    var log: StreamLog
    /// In no order; the viewers know their places.
    var followers: [Follower] = []
    /// There are events that were not offered to all followers yet.
    var isFresh = false
    /// Its share of what the hub has counted as kept.
    private var countedBytes = 0
    /// What goes out in this tick.
    var outgoing = SharedMessages()

    /// What stands where no stream is.
    static let blank = LiveStream(name: .indexes, log: StreamLog(.state))

    init(name: StreamName, log: StreamLog) {
        self.name = name
        self.log = log
    }

    /// A message is there for a follower, if it may get one.
    func hasMore(for follower: Follower) -> Bool { !follower.isPaused && follower.cursor < log.next }

    /// - Returns: by how much what is kept has grown since the last call.
    mutating func countKeptBytes() -> Int {
        defer { countedBytes = log.keptBytes }
        return log.keptBytes - countedBytes
    }

    /// Takes away a follower, and puts the last one in its place.
    ///
    /// - Returns: the follower that moved.
    mutating func removeFollower(at place: Int) -> Follower? {
        followers.swapAt(place, followers.count - 1)
        followers.removeLast()
        return place < followers.count ? followers[place] : nil
    }
}
