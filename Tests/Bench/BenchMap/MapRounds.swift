internal import IndexFiles
internal import MapLayout

/// The map of a file, made again and again: when what of it was there.
///
/// Writes the places in the first draft that has all, and those of the finished map.
struct MapRounds: Encodable {
    /// One making of the map of a settled index.
    struct Round: Encodable {
        /// The first draft with any place.
        var topLevels: Stopwatch.Time?
        /// Every node above level 0 has its place: enough for a density picture.
        var density: Stopwatch.Time?
        /// Every node has its place.
        var everyNode: Stopwatch.Time?
        var finished: Stopwatch.Time?
        var drafts = 0
    }

    /// The cells of an IVF index; see `MapCells`.
    struct Cells: Encodable {
        let x: [UInt16]
        let y: [UInt16]
        let sizes: [UInt32]
        let starts: [UInt32]
        let cornerX: [UInt16]
        let cornerY: [UInt16]
    }

    let opened: Stopwatch.Time
    let settled: Stopwatch.Time
    private(set) var rounds: [Round] = []
    /// Nodes whose highest level it is, from level 0 up.
    private(set) var levels: [Int] = []
    private(set) var cells: Cells?
    private(set) var method = ""

    init(path: String, hints: IndexFileHints, rounds: Int, output: String) throws {
        var watch = Stopwatch()
        let mapped = try IndexFile.openMapped(path: path, hints: hints)
        opened = watch.time
        watch = Stopwatch()
        let index = try mapped.settled(hints: hints)
        settled = watch.time

        let files = PlaceFiles(output: output)
        var last: IndexMap?
        for _ in 0..<rounds {
            let (map, first) = run(index)
            if let last {
                precondition(last.x == map.x && last.y == map.y && last.cells == map.cells, "the map differs each time")
            } else {
                try files.writeLabels(index)
                try files.write(x: map.x, y: map.y, to: "finished")
                if let first { try files.write(x: first.x, y: first.y, to: "first") }
                method = map.method
                levels = map.nodes.levels.map(\.count)
                cells = map.cells.map {
                    Cells(
                        x: $0.x, y: $0.y, sizes: $0.sizes, starts: $0.starts, cornerX: $0.cornerX, cornerY: $0.cornerY)
                }
            }
            last = map
        }
    }

    /// Makes the map once.
    ///
    /// - Returns: the map, and the places by node in its first draft that had all.
    private mutating func run(_ index: IndexFile) -> (map: IndexMap, first: (x: [UInt16], y: [UInt16])?) {
        var round = Round()
        var first: MapDraft?
        let watch = Stopwatch()
        let made = IndexMap(of: index) { draft in
            round.drafts += 1
            guard draft.placed > 0 else { return true }
            if round.topLevels == nil { round.topLevels = watch.time }
            if round.density == nil, draft.placed >= draft.nodes.levels[0].lowerBound { round.density = watch.time }
            if first == nil, draft.placed == draft.nodes.order.count {
                round.everyNode = watch.time
                first = draft
            }
            return true
        }
        round.finished = watch.time
        rounds.append(round)
        guard let made else { preconditionFailure("nobody stopped it") }
        return (made, first.map(Self.byNode))
    }

    private static func byNode(_ draft: MapDraft) -> (x: [UInt16], y: [UInt16]) {
        var x = [UInt16](repeating: 0, count: draft.placed)
        var y = x
        for (place, node) in draft.nodes.order.enumerated() {
            x[Int(node)] = draft.x[place]
            y[Int(node)] = draft.y[place]
        }
        return (x, y)
    }
}
