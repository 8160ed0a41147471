internal import IndexFiles
internal import MapLayout
internal import Synchronization

/// The map of one revision, taken from the store or made, on a worker thread.
final class LayoutJob: Sendable {
    enum Report: Sendable {
        case progress(done: Int, total: Int)
        case finished(IndexMap, MapOrigin, milliseconds: Int)
        /// The map that is shown of this revision is the right one.
        case confirmed
        /// A newer revision made it needless, or there is nothing to place.
        case dropped
    }

    let index: ServedIndex
    private let previous: IndexMap?
    private let store: MapStore?
    private let shown: ContentKey?
    private let isCancelled = Atomic(false)

    /// Between two reports of progress.
    private static let reportEvery = Duration.milliseconds(200)

    /// - Parameters:
    ///   - previous: the map that is shown of the index.
    ///   - store: where maps are kept; nil for none.
    ///   - shown: the key of `previous` when it is shown as the map of this very revision.
    init(index: ServedIndex, previous: IndexMap?, store: MapStore? = nil, shown: ContentKey? = nil) {
        self.index = index
        self.previous = previous
        self.store = store
        self.shown = shown
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    func run(report: @escaping @Sendable (Report) -> Void) {
        let clock = ContinuousClock()
        let begin = clock.now
        func milliseconds() -> Int { Int(begin.duration(to: clock.now) / .milliseconds(1)) }
        let key: ContentKey?
        switch lookUp() {
        case .shown: return report(.confirmed)
        case .none: return report(.dropped)
        case .stored(let map, let key):
            report(.finished(map, MapOrigin(key: key, isStored: true), milliseconds: milliseconds()))
            if index.file.isChecked { store?.remember(key, of: index.file) }
            return
        case .toBeMade(let wanted): key = wanted
        }
        var reported = begin
        let map = IndexMap(of: index.file, previous: previous ?? store?.lastMap(at: index.file.path)) { draft in
            if reported.duration(to: clock.now) >= Self.reportEvery {
                reported = clock.now
                report(.progress(done: draft.done, total: draft.total))
            }
            return !isCancelled.load(ordering: .relaxed)
        }
        guard let map else { return report(.dropped) }
        report(.finished(map, MapOrigin(key: key, isStored: false), milliseconds: milliseconds()))
        // Of a file that was written to meanwhile there is no map.
        if let store, let key, index.file.isIntact {
            store.save(map, key)
            store.remember(key, of: index.file)
        }
    }

    /// What the store has for the index.
    private enum Finding {
        case shown
        case stored(IndexMap, ContentKey)
        case toBeMade(ContentKey?)
        /// Cancelled, or a file that nobody has read yet and whose map is not known.
        case none
    }

    private func lookUp() -> Finding {
        let file = index.file
        guard file.isChecked else {
            // The key waits until the file was read; the file system's word is good enough until then.
            return store?.expectedMap(of: file).map { .stored($0.map, $0.key) } ?? .none
        }
        guard let store else { return .toBeMade(nil) }
        let key = IndexMap.key(of: file) { isCancelled.load(ordering: .relaxed) }
        guard !isCancelled.load(ordering: .relaxed) else { return .none }
        guard let key else { return .toBeMade(nil) }
        if key == shown { return .shown }
        return store.map(key, of: file).map { .stored($0, key) } ?? .toBeMade(key)
    }
}
