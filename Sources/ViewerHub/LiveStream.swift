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
        var joinedAt: Int
        /// All that the viewer has of a state stream was there at this offset, or came later: ends before it mean nothing to it.
        var knowsFrom: Int
        var isPaused = false
    }

    let name: StreamName
    var log: StreamLog
    /// In no order; the viewers know their places.
    var followers: [Follower] = []
    /// What it is about is gone: it goes with its last follower, and takes no new ones.
    var isRetired = false
    /// There are events that were not offered to all followers yet.
    var isFresh = false
    /// Its share of what the hub has counted as kept.
    private(set) var countedBytes = 0
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

    /// What a follower can't be told any more: it has to be given to it as lost, and of a state stream all that is there.
    func missing(for follower: Follower) -> Range<Int>? {
        switch log.streamClass {
        case .replay: follower.cursor < log.first ? follower.cursor..<log.first : nil
        case .state:
            max(follower.cursor, follower.knowsFrom) < log.forgottenEnds
                ? follower.cursor..<log.forgottenEnds : nil
        }
    }

    /// Has a follower go on behind what is missing; of a state stream it begins anew.
    mutating func skip(_ number: Int) {
        switch log.streamClass {
        case .replay: followers[number].cursor = log.first
        case .state:
            followers[number].cursor = 0
            followers[number].joinedAt = log.next
            followers[number].knowsFrom = log.next
        }
    }

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
