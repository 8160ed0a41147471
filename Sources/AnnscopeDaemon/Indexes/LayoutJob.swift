internal import IndexFiles
internal import MapLayout
internal import Synchronization
internal import WireProtocol

/// The map of one revision, made on a worker thread, together with what is told of it.
final class LayoutJob: Sendable {
    enum Report: Sendable {
        case progress(StreamEvent)
        /// The map as far as it is made. The events are those after `started`, the most important first.
        case draft(MapPicture, [StreamEvent])
        case finished(IndexMap, MapPicture, [StreamEvent], milliseconds: Int)
        /// A newer revision made it needless, or there is no more to be placed.
        case dropped
    }

    /// The map of an earlier revision.
    struct Previous: Sendable {
        let map: IndexMap
        let revision: Int
    }

    let index: ServedIndex
    private let previous: Previous?
    private let fullMapNodes: Int
    private let isCancelled = Atomic(false)
    private let wantsTiles = Atomic(true)

    /// Nodes of the top levels, which are there before the file is read to its end.
    private static let topNodes = 4096

    /// - Parameter fullMapNodes: vectors up to which a map is sent whole.
    init(index: ServedIndex, previous: Previous?, fullMapNodes: Int) {
        self.index = index
        self.previous = previous
        self.fullMapNodes = fullMapNodes
    }

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// The next draft is to come with tiles; the first that places all nodes has them anyway.
    func wantTiles() { wantsTiles.store(true, ordering: .relaxed) }

    /// Makes the whole map.
    func run(report: (Report) -> Void) {
        let clock = ContinuousClock()
        let begin = clock.now
        var pace = DraftPace()
        var ranks: [UInt32]?
        let map = IndexMap(of: index.file, previous: previous?.map) { draft in
            guard !isCancelled.load(ordering: .relaxed) else { return false }
            let now = begin.duration(to: clock.now)
            let hasPicture = draft.placed > 0 || draft.cells != nil
            guard pace.isDue(hasPicture: hasPicture, at: now) else { return true }
            let progress = LayoutEvents.progress(done: draft.done, total: draft.total)
            guard hasPicture else {
                report(.progress(progress))
                pace.told(at: now)
                return true
            }
            let (picture, events) = self.picture(draft, &ranks)
            report(.draft(picture, events + [progress]))
            let end = begin.duration(to: clock.now)
            pace.told(bytes: events.reduce(0) { $0 + $1.columnBytes }, making: end - now, at: end)
            return true
        }
        guard let map, !isCancelled.load(ordering: .relaxed) else { return report(.dropped) }
        let milliseconds = Int(begin.duration(to: clock.now) / .milliseconds(1))
        wantTiles()
        let draft = MapDraft(map)
        var (picture, events) = self.picture(draft, &ranks)
        let levels = LayoutEvents.sentLevels(map.nodes, fullMapNodes: fullMapNodes)
        if let graph = index.file.structure.graph {
            events += LayoutEvents.links(of: graph, nodes: map.nodes, levels: levels, isWhole: picture.isWhole)
        }
        if let previous { events += LayoutEvents.changes(map.changes(since: previous.map), revision: index.revision) }
        events.append(
            LayoutEvents.finished(revision: index.revision, nodes: index.file.count, milliseconds: milliseconds))
        report(.finished(map, picture, events, milliseconds: milliseconds))
    }

    /// Places the top levels alone, which takes no longer than a look at them.
    func runTopLevels(report: (Report) -> Void) {
        if !isCancelled.load(ordering: .relaxed),
            let draft = IndexMap.topLevels(of: index.file, maxNodes: Self.topNodes), draft.placed > 0
        {
            var ranks: [UInt32]?
            let (picture, events) = self.picture(draft, &ranks)
            report(.draft(picture, events))
        }
        report(.dropped)
    }

    /// - Parameter ranks: made when they are needed first.
    private func picture(_ draft: MapDraft, _ ranks: inout [UInt32]?) -> (MapPicture, [StreamEvent]) {
        let isWhole = draft.nodes.order.count <= fullMapNodes
        let started = LayoutEvents.started(draft, of: index, isWhole: isWhole, previous: previous?.revision)
        let sent = LayoutEvents.sentLevels(draft.nodes, fullMapNodes: fullMapNodes)
        var events = draft.cells.map { [LayoutEvents.cells($0)] } ?? []
        events += LayoutEvents.nodes(draft, levels: sent)
        guard !isWhole else {
            return (
                MapPicture(
                    revision: index.revision, started: started, placesAll: draft.placesAll, isWhole: true, places: nil,
                    tiles: nil), events
            )
        }
        events += LayoutEvents.density(draft, levels: 0..<sent.lowerBound, most: fullMapNodes / 2)
        let known = ranks ?? draft.nodes.ranks
        ranks = known
        let needsTiles = draft.placesAll && wantsTiles.exchange(false, ordering: .relaxed)
        return (
            MapPicture(
                revision: index.revision, started: started, placesAll: draft.placesAll, isWhole: false,
                places: MapPlaces(draft, ranks: known), tiles: needsTiles ? MapTiles(draft) : nil), events
        )
    }
}
