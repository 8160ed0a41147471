/// The times that a watcher goes by, and its limits.
struct WatchPace {
    /// How long an index must have been left alone after its writer was done.
    var quiet: Duration
    /// How long an index must have been left alone when its writer may still be at work: longer than the pauses of a
    /// writer that computes what it writes.
    var patience: Duration = .seconds(3)
    /// The longest time between two listings.
    var rescan: Duration
    /// The longest time between two listings where others can change the files unheard.
    var remoteRescan: Duration = .milliseconds(500)
    /// The time in which events gather before they are read.
    var breath: Duration = .milliseconds(20)
    /// inotify watches held.
    var maxWatches = 100_000

    /// A listing that something calls for takes at most one part in so many of the time, however much there is to list.
    static let listingShare = 10
    /// Likewise one that only makes sure, where all folders are watched.
    static let idleListingShare = 100
}
