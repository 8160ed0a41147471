internal import IndexFiles

extension MapMaker {
    /// Few, as a viewer asks which cells are next to which: with 15 fewer of the 5 nearest stay so on the plane.
    private static let cellNeighbours = 6

    private static let cellMethod =
        "centroids by forces over their nearest neighbours; cells as large as their lists, as far as the plane allows; "
        + "vectors inside their cell, towards the cells they are near"

    /// The map of an IVF index: the centroids over their own nearest neighbours, their cells, and each vector inside the
    /// cell of its list.
    mutating func cellMap(_ lists: IVFLists) -> IndexMap? {
        let centroids = lists.centroids
        let rows = VectorRows(centroids, count: lists.nlist, dimension: centroids?.dimension ?? 0) { UInt32($0) }
        let prints = Fingerprints.of(rows)
        let rounds = EpochPlan.rounds(lists.nlist)
        pacer.total = lists.nlist * rounds + index.count
        let near = NeighbourTable.nearest(of: rows, width: Self.cellNeighbours, seed: seed, threads: team)
        let draft = noPlaces
        let sites: CellSites
        if let known = previous?.sites, known.fingerprints == prints {
            sites = known
        } else {
            var layout = Self.start(centroids, (0..<UInt32(lists.nlist)).map { $0 }, seed: seed)
            let slots = AttractionSlots(near, seed: seed, team: team)
            for round in 0..<rounds {
                layout.move(slots, rate: 1 - Float(round) / Float(rounds), seed: seed, team: team)
                guard pacer.advance(lists.nlist, placed: 0, draft: { draft($0, $1, nil) }) else { return nil }
            }
            sites = Self.sites(aligned(layout, lists), prints)
        }
        var pacer = pacer
        var listsDone = 0
        let share = index.count / max(1, lists.nlist)
        guard
            let map = CellMap.make(
                lists: lists, index: index, centres: sites.points, near: near, fingerprints: fingerprints, seed: seed,
                team: team, known: { cells in pacer.tell { draft($0, $1, cells) } },
                progress: { done in
                    defer { listsDone = done }
                    return pacer.advance((done - listsDone) * share, placed: 0) { draft($0, $1, nil) }
                })
        else { return nil }
        self.pacer = pacer
        return finished(
            nil, x: map.x, y: map.y,
            Self.cellMethod,
            cells: map.cells, sites: sites)
    }

    private var noPlaces: (_ done: Int, _ total: Int, _ cells: MapCells?) -> MapDraft {
        { [nodes] done, total, cells in
            MapDraft(
                nodes: nodes, placed: 0, x: [], y: [], cells: cells, method: Self.cellMethod, done: done, total: total)
        }
    }

    private static func sites(_ layout: ForceLayout, _ prints: [UInt64]) -> CellSites {
        let frame = MapFrame(layout)
        let places = 0..<layout.count
        return CellSites(
            fingerprints: prints, x: places.map { MapFrame.mapUnit(frame.x.unit(layout.x($0))) },
            y: places.map { MapFrame.mapUnit(frame.y.unit(layout.y($0))) })
    }

    /// New centroids stand, as far as turning can do it, where their vectors stood.
    private func aligned(_ layout: ForceLayout, _ lists: IVFLists) -> ForceLayout {
        guard let previous, previous.x.count == previous.fingerprints.count else { return layout }
        let old = Self.matches(fingerprints, nodes.order, previous.fingerprints)
        let targets: [(x: Float, y: Float)?] = (0..<lists.nlist).map { cell in
            var sum: (x: Float, y: Float, count: Float) = (0, 0, 0)
            let first = lists.places.starts[cell]
            for place in first..<first + lists.size(of: cell) {
                guard place < old.count, let node = old[place] else { continue }
                sum = (sum.x + Float(previous.x[Int(node)]), sum.y + Float(previous.y[Int(node)]), sum.count + 1)
            }
            return sum.count > 0 ? (sum.x / sum.count, sum.y / sum.count) : nil
        }
        let places = 0..<layout.count
        let (x, y) = Alignment.turned(x: places.map(layout.x), y: places.map(layout.y), to: targets)
        return ForceLayout(x: x, y: y)
    }
}
