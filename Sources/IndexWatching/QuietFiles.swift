/// Decides when an index that is being written to is there to be read: when its writer is done, or nothing has moved
/// for so long that the writer must be gone. A pure state machine: words, stamps and the time are told, nothing is
/// looked up.
///
/// Both libraries truncate and rewrite in place, so what is there while a writer is at work must not be read.
struct QuietFiles {
    /// What an event says about the writer of a file.
    enum Word: Equatable {
        /// Bytes were written and the file is still open: there will be another word.
        case writing
        /// The file was closed, put in place whole, or taken away.
        case finished
        /// Something about the file is other than before, and no writer has to do with it.
        case touched
    }

    private struct Watched {
        /// The stamp that was seen last, nil when the index is not there.
        var stamp: IndexStamp?
        /// The last sign of a change.
        var since: ContinuousClock.Instant
        /// The stamp whose content was announced.
        var announced: IndexStamp?
        /// Files that are being written to, by what was heard.
        var writers: Set<String> = []
        /// Bytes were written since the announcement, even if the stamp should be too coarse to show it.
        var isRewritten = false
        /// A word came since the last look.
        var isHeard = false
        /// The bytes changed in place and nobody said so: there may be a writer at work who isn't heard.
        var isUnheard = false

        var isWaiting: Bool { isRewritten || !writers.isEmpty || stamp != announced }
    }

    private var files: [String: Watched] = [:]
    private var waiting: Set<String> = []
    private let quiet: Duration
    private let patience: Duration
    private let maxFiles: Int

    /// - Parameters:
    ///   - quiet: how long nothing must have moved after the last writer was done.
    ///   - patience: how long nothing must have moved when a writer may still be at work.
    ///   - maxFiles: files remembered; one more goes by unheard until there is room.
    init(quiet: Duration, patience: Duration, maxFiles: Int = 20_000) {
        self.quiet = quiet
        self.patience = max(quiet, patience)
        self.maxFiles = maxFiles
    }

    /// All indexes that are known.
    var paths: [String] { Array(files.keys) }

    /// Takes a word about a file that has a part in the index at a path.
    mutating func heard(_ word: Word, of file: String, at path: String, _ now: ContinuousClock.Instant) {
        guard files[path] != nil || files.count < maxFiles else { return }
        var watched = files[path] ?? Watched(stamp: nil, since: now)
        watched.since = now
        watched.isHeard = true
        watched.isUnheard = false
        switch word {
        case .writing:
            watched.isRewritten = true
            watched.writers.insert(file)
        case .finished: watched.writers.remove(file)
        case .touched: break
        }
        keep(watched, path)
    }

    /// Takes a look at one index, nil when it is not there, and says what is news.
    mutating func looked(
        at path: String, _ stamp: IndexStamp?, _ now: ContinuousClock.Instant
    ) -> WatchEvent? {
        var watched = files[path] ?? Watched(stamp: stamp, since: now)
        // Most looks of a listing find nothing new.
        if !watched.isWaiting, !watched.isHeard, watched.stamp == stamp { return nil }
        if watched.stamp != stamp {
            if !watched.isHeard, let stamp, let before = watched.stamp {
                watched.isUnheard = watched.isUnheard || stamp.isWrittenInPlace(since: before)
            }
            watched.stamp = stamp
            watched.since = now
        }
        watched.isHeard = false
        guard watched.isWaiting, now >= due(watched) else {
            keep(watched, path)
            return nil
        }
        let isKnown = watched.announced != nil
        watched.announced = stamp
        watched.writers = []
        watched.isRewritten = false
        watched.isUnheard = false
        keep(watched, path)
        if stamp != nil { return .changed(path: path) }
        return isKnown ? .removed(path: path) : nil
    }

    /// Takes the stamp of an index that has other companions than before, which by itself is no news.
    mutating func restamped(_ path: String, _ stamp: IndexStamp) {
        guard var watched = files[path], let before = watched.stamp else { return }
        // What else is new about it is left to the next look.
        guard stamp.content == before.content, stamp.beside.first == before.beside.first else { return }
        if watched.announced == before { watched.announced = stamp }
        watched.stamp = stamp
        keep(watched, path)
    }

    /// The indexes whose time has come, or that are to be looked at once more before it has.
    func due(at now: ContinuousClock.Instant) -> [String] {
        waiting.filter { path in files[path].map { due($0) <= now } ?? false }
    }

    /// It was seen and only its quiet period is not over: no writer is at work on it.
    func isAboutToBeAnnounced(_ path: String) -> Bool {
        waiting.contains(path) && files[path].map { $0.writers.isEmpty && !$0.isUnheard } ?? false
    }

    /// When the next index's time comes.
    var nextDue: ContinuousClock.Instant? { waiting.compactMap { files[$0].map(due) }.min() }

    private func due(_ watched: Watched) -> ContinuousClock.Instant {
        watched.since + (watched.writers.isEmpty && !watched.isUnheard ? quiet : patience)
    }

    private mutating func keep(_ watched: Watched, _ path: String) {
        let isForgotten =
            watched.stamp == nil && watched.announced == nil && watched.writers.isEmpty && !watched.isHeard
        files[path] = isForgotten ? nil : watched
        if watched.isWaiting, !isForgotten { waiting.insert(path) } else { waiting.remove(path) }
    }
}
