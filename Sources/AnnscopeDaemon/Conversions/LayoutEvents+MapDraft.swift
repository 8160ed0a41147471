internal import IndexFiles
internal import MapLayout
internal import WireProtocol

extension LayoutEvents {
    /// Nodes in one event: small enough to leave room for live steps between two of them.
    private static let chunkNodes = 8192
    /// A density from fewer nodes says nothing.
    private static let minDensityNodes = 1024

    static func started(
        _ draft: MapDraft, of index: ServedIndex, isWhole: Bool, previous: Int?
    ) -> StreamEvent {
        let structure: String
        var cells = 0
        switch index.file.structure {
        case .hnsw, .faissHNSW, .nsg, .usearch: structure = "hnsw"
        case .ivf(let lists):
            structure = "ivf"
            if lists.centroids?.count == lists.nlist { cells = lists.nlist }
        case .flat, .forest: structure = "flat"
        }
        return started(
            revision: index.revision, structure: structure, nodes: index.file.count, levels: draft.nodes.levels.count,
            cells: draft.cells?.x.count ?? cells, method: draft.method, isWhole: isWhole, previous: previous)
    }

    static func cells(_ cells: MapCells) -> StreamEvent {
        self.cells(
            x: cells.x, y: cells.y, size: cells.sizes, start: cells.starts, cornerX: cells.cornerX,
            cornerY: cells.cornerY)
    }

    /// The nodes of whole levels that have places, the highest level first. A level's chunks are always cut alike.
    ///
    /// - Parameter levels: numbers of levels, from 0 up.
    static func nodes(_ draft: MapDraft, levels: Range<Int>) -> [StreamEvent] {
        var events: [StreamEvent] = []
        for level in levels.reversed() {
            let range = draft.nodes.levels[level]
            for (chunk, start) in stride(from: range.lowerBound, to: range.upperBound, by: chunkNodes).enumerated() {
                guard start < draft.placed else { break }
                let part = start..<min(start + chunkNodes, range.upperBound, draft.placed)
                events.append(
                    nodes(
                        level: level, chunk: chunk, node: Array(draft.nodes.order[part]), x: Array(draft.x[part]),
                        y: Array(draft.y[part])))
            }
        }
        return events
    }

    /// What stands for the nodes below the levels that are sent: how densely they fill the map, and a sample of them.
    ///
    /// - Parameters:
    ///   - levels: those that are not sent, from 0 up.
    ///   - most: nodes in the sample.
    static func density(_ draft: MapDraft, levels: Range<Int>, most: Int) -> [StreamEvent] {
        // The upper levels are a fair choice of all nodes; the first of a structure without levels are not.
        guard draft.placesAll || draft.nodes.levels.count > 1 else { return [] }
        var events: [StreamEvent] = []
        if draft.placesAll || draft.placed >= minDensityNodes {
            let picture = MapDensity(draft)
            events.append(
                density(side: MapDensity.side, most: picture.most, from: picture.from, density: picture.density))
        }
        let first = draft.nodes.levels[levels].map(\.lowerBound).min() ?? draft.placed
        guard first < draft.placed else { return events }
        let sample = MapSample(draft, candidates: first..<draft.placed, most: most).positions
        // Always so many chunks, as each replaces the one before: a smaller sample must leave nothing of a larger.
        let chunks = (most + chunkNodes - 1) / chunkNodes
        for level in levels.reversed() {
            let range = draft.nodes.levels[level]
            let part = levels.count == 1 ? sample : sample.filter { range.contains($0) }
            for chunk in 0..<chunks {
                let places = part[part.count * chunk / chunks..<part.count * (chunk + 1) / chunks]
                events.append(
                    nodes(
                        level: level, chunk: chunk, node: places.map { draft.nodes.order[$0] },
                        x: places.map { draft.x[$0] }, y: places.map { draft.y[$0] }, isSample: true))
            }
        }
        return events
    }

    /// Levels that are sent node by node: all, or of a map that is not sent whole those above level 0 that keep to a limit
    /// together.
    static func sentLevels(_ nodes: MapNodes, fullMapNodes: Int) -> Range<Int> {
        let all = 0..<nodes.levels.count
        guard nodes.order.count > fullMapNodes else { return all }
        let lowest = all.dropFirst().first { nodes.levels[$0].upperBound <= fullMapNodes }
        return (lowest ?? all.upperBound)..<all.upperBound
    }

    /// What is new against the map of the revision before.
    static func changes(_ changes: MapChanges, revision: Int) -> [StreamEvent] {
        let moved = changes.moved.prefix(maxChangedNodes)
        let removed = changes.removed.prefix(maxChangedNodes)
        return [
            added(
                revision: revision, count: changes.added.count, node: Array(changes.added.prefix(maxChangedNodes))),
            self.moved(
                revision: revision, count: changes.moved.count, node: moved.map(\.node), fromX: moved.map(\.from.x),
                fromY: moved.map(\.from.y)),
            self.removed(
                revision: revision, count: changes.removed.count, x: removed.map(\.x), y: removed.map(\.y)),
        ]
    }

    static func tile(_ tile: MapTiles.Tile, revision: Int, zoom: Int, column: Int, row: Int) -> StreamEvent {
        self.tile(
            revision: revision, zoom: zoom, column: column, row: row, total: tile.total, node: tile.node, x: tile.x,
            y: tile.y, level: tile.level)
    }
}
