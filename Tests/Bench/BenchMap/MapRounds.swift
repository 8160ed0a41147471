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
        /// Every node has been moved a few rounds since, or all is finished: a picture worth looking at.
        var picture: Stopwatch.Time?
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
    /// The upper levels by themselves, from the mapped file.
    let upperLevels: Stopwatch.Time
    let upperNodes: Int
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
        upperNodes = IndexMap.topLevels(of: mapped)?.placed ?? 0
        upperLevels = watch.time
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
                try files.write(x: first?.x ?? map.x, y: first?.y ?? map.y, to: "first")
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
        let maker = Observer(levels: index.structure.graph?.nodesPerLevel.first ?? index.count)
        let watch = maker.watch
        let made = IndexMap(
            of: index, pace: maker.pace,
            // The cells of an IVF index come before their vectors.
            draft: { if $0.placed == $0.nodes.order.count { maker.picture = $0 } })
        maker.round.finished = watch.time
        if maker.picture == nil { maker.round.picture = maker.round.finished }
        rounds.append(maker.round)
        guard let made else { preconditionFailure("nobody stopped it") }
        return (made, maker.picture.map(Self.byNode))
    }

    /// Notes when what was there, and asks for one draft.
    private final class Observer {
        let count: Int
        let watch = Stopwatch()
        var round = Round()
        var picture: MapDraft?
        private var whole = 0

        /// Rounds that all nodes are moved before they are looked at.
        private static let pictureRounds = 12
        /// Maps of fewer nodes are finished soon enough.
        private static let fewest = 20_000

        init(levels count: Int) { self.count = count }

        func pace(_ placed: Int, _ done: Int, _ total: Int) -> MapPace {
            round.drafts += 1
            guard placed > 0 else { return .goOn }
            if round.topLevels == nil { round.topLevels = watch.time }
            if round.density == nil, placed > count / 64 { round.density = watch.time }
            guard placed == count else { return .goOn }
            if round.everyNode == nil { round.everyNode = watch.time }
            whole += 1
            guard whole == Self.pictureRounds + 1, count >= Self.fewest else { return .goOn }
            round.picture = watch.time
            return .show
        }
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
