internal import Glibc

/// What the watcher's thread knows and does: hears events, lists what is there, looks at what may have changed.
///
/// An event says that something happened, and whether a writer is still at work; what is there is told by the files'
/// stamps alone. So a lost event costs only the wait for the next listing, or until patience with a writer ends.
struct WatchLoop: ~Copyable {
    private var listing: FileListing
    private let pace: WatchPace
    private let emit: (WatchEvent) -> Void
    private let clock = ContinuousClock()

    private var files: QuietFiles
    private var watches: FolderWatches
    private var found = FileListing.Result()
    private var companions: [String: [String]] = [:]
    /// Indexes whose companions are others than in the last listing.
    private var joined: Set<String> = []
    /// Indexes to be looked at: events named them.
    private var named: Set<String> = []
    /// All must be listed: a folder is other than before, or events were lost.
    private var isListingDue = true
    /// When the last listing began, and how long it took: the first one is due at once.
    private var lastListing: (start: ContinuousClock.Instant, took: Duration) = (.now, .zero)
    /// When each index was last announced, by the clock that stamps are made with.
    private var announced: [String: Int64] = [:]
    /// What the first listing found and was not announced yet; nil before that listing, and when that was told.
    private var unannounced: Set<String>?
    private var isCaughtUp = false
    /// What was told once and is not told again.
    private var toldReasons: Set<PollingReason> = []
    private var toldLimits: Set<WatchLimit> = []

    init(
        listing: FileListing, pace: WatchPace, readMounts: @escaping () -> MountTable,
        emit: @escaping (WatchEvent) -> Void
    ) {
        self.listing = listing
        self.pace = pace
        self.emit = emit
        files = QuietFiles(quiet: pace.quiet, patience: pace.patience, maxFiles: 2 * listing.maxFiles)
        watches = FolderWatches(maxWatches: pace.maxWatches, readMounts: readMounts)
    }

    /// Readable when events wait; −1 when there will be none.
    var handle: Int32 { watches.handle }

    /// Takes what happened, does what is due, and says how long nothing else will be.
    mutating func turn() -> Duration {
        for event in watches.read() { hear(event) }
        let now = clock.now
        if isListingDue ? now >= earliestListing : now >= nextListing {
            list()
        } else {
            look(at: named.union(files.due(at: now)), now)
            named = []
        }
        tellWhenCaughtUp()
        var next = isListingDue ? max(earliestListing, now) : nextListing
        if let due = files.nextDue { next = min(next, due) }
        return max(.zero, next - clock.now)
    }

    /// Takes the files that belong to indexes, in place of those told before.
    ///
    /// They are kept while an index is gone, since it may come back; when there are too many, only for those there are.
    mutating func follow(_ newCompanions: [String: [String]]) {
        for (path, files) in newCompanions where companions[path] ?? [] != files {
            if companions.count >= listing.maxFiles {
                companions = companions.filter { found.indexes[$0.key] != nil }
                guard companions.count < listing.maxFiles else { continue }
            }
            companions[path] = files.isEmpty ? nil : files
            joined.insert(path)
            isListingDue = true
        }
    }

    /// Follows other paths from the next listing on.
    mutating func follow(paths: [String]) {
        listing = FileListing(paths: paths, maxFiles: listing.maxFiles, maxDepth: listing.maxDepth)
        // They may reach a limit elsewhere, which is news.
        toldLimits = []
        isListingDue = true
    }

    // MARK: Events

    private mutating func hear(_ event: FolderEvent) {
        guard !event.isOverflow else {
            isListingDue = true
            return
        }
        for folder in watches.folders(of: event.watch) {
            // The folder itself was moved, deleted, unmounted, or other rights were given to it.
            guard !event.name.isEmpty else {
                isListingDue = true
                continue
            }
            hear(event, in: folder)
        }
    }

    private mutating func hear(_ event: FolderEvent, in folder: String) {
        let place = FileListing.join(folder, event.name)
        let isNews = event.isArrival || event.isDeparture
        if isNews, found.junctions.contains(place) { isListingDue = true }
        // Whether a folder is one index, or its files are indexes, depends on all of these names.
        if isNews, IndexParts.folderNames.contains(event.name) { isListingDue = true }
        var indexes = found.indexes(at: place)
        if indexes.isEmpty, found.folders.contains(folder), FileListing.mayBeIndex(event.name) {
            // A folder, an index that is new, or part of one: a listing will tell. Its writer is heard already.
            if event.isArrival { isListingDue = true }
            indexes = IndexParts.folderNames.contains(event.name) ? [folder, place] : [place]
        }
        guard !event.isFolder else {
            if isNews, !indexes.isEmpty { isListingDue = true }
            return
        }
        guard !indexes.isEmpty else { return }
        // There may be room for what was left out.
        if event.isDeparture, !found.cuts.isEmpty { isListingDue = true }
        var status = stat()
        var isLink = false
        if event.isArrival, lstat(place, &status) == 0 {
            // A link is whole from the start. A symbolic one may lead anywhere: a listing will tell.
            isLink = status.st_mode & S_IFMT == S_IFLNK || status.st_nlink > 1
            if status.st_mode & S_IFMT != S_IFREG { isListingDue = true }
        }
        let now = clock.now
        for path in indexes {
            files.heard(event.word(isLink: isLink), of: place, at: path, now)
            named.insert(path)
        }
    }

    // MARK: Looks

    /// So long, times the share that listings may take, until folders are read again after one could not be.
    private static let pauseWhenBlind = Duration.milliseconds(25)

    private var earliestListing: ContinuousClock.Instant {
        lastListing.start + lastListing.took * WatchPace.listingShare
    }

    private var nextListing: ContinuousClock.Instant {
        let isRemote = watches.reasons.keys.contains { if case .remote = $0 { true } else { false } }
        let period = isRemote ? min(pace.rescan, pace.remoteRescan) : pace.rescan
        let share = watches.reasons.isEmpty ? WatchPace.idleListingShare : WatchPace.listingShare
        return lastListing.start + max(period, lastListing.took * share)
    }

    private mutating func list() {
        let start = clock.now
        isListingDue = false
        named = []
        watches.beginRound()
        let listing = listing
        let news = listing.read(companions: companions) { folder, scope in watches.watch(folder, scope) }
        watches.endRound()
        guard news.isComplete else {
            // What is there is still there; it only can't be seen now.
            isListingDue = true
            lastListing = (start, max(clock.now - start, Self.pauseWhenBlind))
            return
        }
        found = news
        for (reason, folder) in watches.reasons where toldReasons.insert(reason).inserted {
            emit(.polling(folder: folder, reason: reason))
        }
        for (limit, path) in found.cuts where toldLimits.insert(limit).inserted {
            emit(.leftOut(path: path, limit: limit))
        }
        for path in joined { join(path) }
        joined = []
        if unannounced == nil, !isCaughtUp { unannounced = Set(found.indexes.keys) }
        // What is there first: of names that are the same to Unicode, that of the file that is there now is kept.
        look(at: Set(found.indexes.keys).union(files.paths), start)
        lastListing = (start, clock.now - start)
    }

    private mutating func tellWhenCaughtUp() {
        guard let paths = unannounced else { return }
        let left = paths.filter(files.isAboutToBeAnnounced)
        guard left.isEmpty else {
            unannounced = left
            return
        }
        unannounced = nil
        isCaughtUp = true
        emit(.caughtUp)
    }

    /// Takes the stamps of an index's new companions as those that belong to what was announced, unless one of them
    /// was written after that.
    private mutating func join(_ path: String) {
        guard let stamp = found.indexes[path]?.stamp(), let announced = announced[path] else { return }
        // Stamps are made with a clock that runs up to a tick behind.
        let tick: Int64 = 20_000_000
        guard stamp.beside.dropFirst().allSatisfy({ $0.changedNanoseconds + tick < announced }) else { return }
        files.restamped(path, stamp)
    }

    private static var wallNanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private mutating func look(at paths: some Sequence<String>, _ now: ContinuousClock.Instant) {
        let news = paths.compactMap { path in
            files.looked(at: path, found.indexes[path]?.stamp(), now).map { (path, $0) }
        }
        for (path, event) in news.sorted(by: { $0.0 < $1.0 }) {
            if case .changed = event { announced[path] = Self.wallNanoseconds } else { announced[path] = nil }
            emit(event)
        }
    }
}
