/// Decides when a file that is being written to is there to be read: when its stamp has stayed the same for a quiet
/// period. A pure state machine: stamps and the time are told, nothing is looked up.
struct QuietFiles {
    private struct Watched {
        /// The stamp that was seen last, and since when it has been so.
        var stamp: FileStamp
        var since: ContinuousClock.Instant
        /// The stamp whose content was announced.
        var announced: FileStamp?
    }

    private var files: [String: Watched] = [:]
    private let quiet: Duration

    init(quiet: Duration) { self.quiet = quiet }

    /// Takes one look at all files that are there, and says what is news.
    ///
    /// Both libraries truncate and rewrite in place, so a stamp that still moves belongs to a writer at work.
    mutating func looked(_ stamps: [String: FileStamp], at now: ContinuousClock.Instant) -> [WatchEvent] {
        var events: [WatchEvent] = []
        for path in files.keys.filter({ stamps[$0] == nil }).sorted() {
            // A file that was never announced is not missed by anybody.
            if files.removeValue(forKey: path)?.announced != nil { events.append(.removed(path: path)) }
        }
        for path in stamps.keys.sorted() {
            guard let stamp = stamps[path] else { continue }
            guard var watched = files[path], watched.stamp == stamp else {
                let announced = files[path]?.announced
                files[path] = Watched(stamp: stamp, since: now, announced: announced)
                continue
            }
            guard watched.announced != stamp, now - watched.since >= quiet else { continue }
            watched.announced = stamp
            files[path] = watched
            events.append(.changed(path: path))
        }
        return events
    }

    /// True while some file has not been quiet for long enough.
    var isWaiting: Bool { files.values.contains { $0.announced != $0.stamp } }
}
