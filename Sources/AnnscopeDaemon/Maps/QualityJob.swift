internal import IndexFiles
internal import MapLayout
internal import Synchronization

/// Measures how good the map of a settled revision is, on a worker thread.
final class QualityJob: Sendable {
    let index: ServedIndex
    private let map: IndexMap
    private let key: ContentKey?
    private let store: MapStore?
    private let isCancelled = Atomic(false)

    /// - Parameter key: of the map, when it is kept in a store; its quality is kept with it.
    init(index: ServedIndex, map: IndexMap, key: ContentKey?, store: MapStore?) {
        self.index = index
        self.map = map
        self.key = key
        self.store = store
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// - Returns: nil when cancelled, and for an index whose map can't be measured.
    func run() -> MapQuality? {
        guard !isCancelled.load(ordering: .relaxed) else { return nil }
        if let key, let known = store?.quality(key, of: index.file) { return known }
        let quality = MapQuality(of: map, index.file) { isCancelled.load(ordering: .relaxed) }
        // What was measured while somebody wrote to the file means nothing.
        guard let quality, index.file.isIntact else { return nil }
        if let key { store?.save(quality, key) }
        return quality
    }
}
