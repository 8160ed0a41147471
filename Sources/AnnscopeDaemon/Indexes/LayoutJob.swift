internal import IndexFiles
internal import MapLayout
internal import Synchronization
internal import WireProtocol

/// The map of one revision, taken from the store or made, on a worker thread, together with what is told of it.
final class LayoutJob: Sendable {
    enum Report: Sendable {
        case progress(StreamEvent)
        /// The map as far as it is made. The events are those after `started`, the most important first.
        case draft(MapPicture, [StreamEvent])
        case finished(Finished)
        /// The map that is shown of this revision is the right one.
        case confirmed
        /// A newer revision made it needless, or there is no more to be placed.
        case dropped
    }

    struct Finished: Sendable {
        let map: IndexMap
        let origin: MapOrigin
        let picture: MapPicture
        let events: [StreamEvent]
        let milliseconds: Int
    }

    /// The map that is shown of the index.
    struct Previous: Sendable {
        let map: IndexMap
        /// The revision that it is shown for.
        let revision: Int
        let origin: MapOrigin
    }

    let index: ServedIndex
    private let previous: Previous?
    private let store: MapStore?
    private let maker: MapPictureMaker
    private let isCancelled = Atomic(false)
    private let wantsTiles = Atomic(true)
    /// A thread has taken up `run`.
    private let hasBegun = Atomic(false)

    /// Work on one map side by side, without getting in the way of searches.
    private static let threads = 2
    private static let niceness: Int32 = 10
    /// Nodes of the top levels, which are there before the file is read to its end.
    static let topNodes = 4096

    /// - Parameters:
    ///   - fullMapNodes: vectors up to which a map is sent whole.
    ///   - store: where maps are kept; nil for none.
    init(index: ServedIndex, previous: Previous?, fullMapNodes: Int, store: MapStore? = nil) {
        self.index = index
        self.previous = previous
        self.store = store
        maker = MapPictureMaker(
            index: index, fullMapNodes: fullMapNodes,
            // What is shown of this very revision is no earlier map.
            previous: previous.flatMap { $0.revision == index.revision ? nil : $0.revision })
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// The next draft is to come with tiles; the first that places all nodes has them anyway.
    func wantTiles() { wantsTiles.store(true, ordering: .relaxed) }

    /// Makes the whole map of a file that was read to its end, unless it is kept.
    func run(report: (Report) -> Void) {
        hasBegun.store(true, ordering: .relaxed)
        guard !isCancelled.load(ordering: .relaxed) else { return report(.dropped) }
        let begin = ContinuousClock.now
        let key: ContentKey?
        switch lookUp() {
        case .shown: return report(.confirmed)
        case .none: return report(.dropped)
        case .stored(let map, let key):
            report(.finished(finished(map, MapOrigin(key: key, isStored: true), since: begin)))
            store?.remember(key, of: index.file)
            return
        case .toBeMade(let wanted): key = wanted
        }
        let map = make(since: begin, report)
        guard let map, !isCancelled.load(ordering: .relaxed) else { return report(.dropped) }
        report(.finished(finished(map, MapOrigin(key: key, isStored: false), since: begin)))
        // Of a file that was written to meanwhile there is no map.
        if let store, let key, index.file.isIntact {
            store.save(map, key)
            store.remember(key, of: index.file)
        }
    }

    private func make(since begin: ContinuousClock.Instant, _ report: (Report) -> Void) -> IndexMap? {
        var pace = DraftPace()
        return withoutActuallyEscaping(report) { report in
            IndexMap(
                of: index.file, previous: previous?.map ?? store?.lastMap(at: index.file.path),
                threads: Self.threads, niceness: Self.niceness,
                pace: { [self] placed, done, total in
                    if isCancelled.load(ordering: .relaxed) { return .stop }
                    let now = begin.duration(to: .now)
                    guard pace.isDue(hasPicture: placed > 0, at: now) else { return .goOn }
                    if placed > 0 { return .show }
                    report(.progress(LayoutEvents.progress(done: done, total: total)))
                    pace.told(at: now)
                    return .goOn
                }, draft: { [self] in tell($0, since: begin, &pace, report) })
        }
    }

    /// Shows as much as there is at once of a file that is still being read: the map that was kept of it, if the file
    /// system's word is good enough until then, or the top levels.
    func runAtOnce(report: (Report) -> Void) {
        guard !isCancelled.load(ordering: .relaxed) else { return report(.dropped) }
        let begin = ContinuousClock.now
        if let (map, key) = store?.expectedMap(of: index.file) {
            return report(.finished(finished(map, MapOrigin(key: key, isStored: true), since: begin)))
        }
        if let top = topLevels() { report(top) }
        report(.dropped)
    }

    /// Shows the top levels while no thread has taken up `run`, whose reports follow.
    func runMeanwhile(report: (Report) -> Void) {
        func isNeeded() -> Bool { !isCancelled.load(ordering: .relaxed) && !hasBegun.load(ordering: .relaxed) }
        guard isNeeded(), let top = topLevels(), isNeeded() else { return }
        report(top)
    }

    /// Tells the finished map of this revision once more.
    func runAgain(report: (Report) -> Void) {
        guard !isCancelled.load(ordering: .relaxed), let previous, previous.revision == index.revision else {
            return report(.dropped)
        }
        report(.finished(finished(previous.map, previous.origin, since: .now)))
    }

    private func topLevels() -> Report? {
        guard let draft = IndexMap.topLevels(of: index.file, maxNodes: Self.topNodes), draft.placed > 0 else {
            return nil
        }
        let (picture, events) = maker.picture(draft, isFinished: false, withTiles: false)
        return .draft(picture, events)
    }

    /// What the store has for the index.
    private enum Finding {
        case shown
        case stored(IndexMap, ContentKey)
        case toBeMade(ContentKey?)
        /// Cancelled.
        case none
    }

    private func lookUp() -> Finding {
        guard let store else { return .toBeMade(nil) }
        let key = IndexMap.key(of: index.file) { isCancelled.load(ordering: .relaxed) }
        guard !isCancelled.load(ordering: .relaxed) else { return .none }
        guard let key else { return .toBeMade(nil) }
        if let previous, previous.origin.key == key, previous.revision == index.revision { return .shown }
        return store.map(key, of: index.file).map { .stored($0, key) } ?? .toBeMade(key)
    }

    private func tell(
        _ draft: MapDraft, since begin: ContinuousClock.Instant, _ pace: inout DraftPace, _ report: (Report) -> Void
    ) {
        let now = begin.duration(to: .now)
        let withTiles = draft.placesAll && wantsTiles.exchange(false, ordering: .relaxed)
        let (picture, events) = maker.picture(draft, isFinished: false, withTiles: withTiles)
        report(.draft(picture, events + [LayoutEvents.progress(done: draft.done, total: draft.total)]))
        let end = begin.duration(to: .now)
        pace.told(bytes: events.reduce(0) { $0 + $1.columnBytes }, making: end - now, at: end)
    }

    private func finished(_ map: IndexMap, _ origin: MapOrigin, since begin: ContinuousClock.Instant) -> Finished {
        let milliseconds = Int(begin.duration(to: .now) / .milliseconds(1))
        var (picture, events) = maker.picture(MapDraft(map), isFinished: true, withTiles: true)
        events += maker.links(map.nodes)
        if let previous, previous.revision != index.revision {
            events += LayoutEvents.changes(map.changes(since: previous.map), revision: index.revision)
        }
        events.append(
            LayoutEvents.finished(revision: index.revision, nodes: index.file.count, milliseconds: milliseconds))
        return Finished(map: map, origin: origin, picture: picture, events: events, milliseconds: milliseconds)
    }
}
