internal import IndexFiles

extension MapMaker {
    private static let cellNeighbours = 15

    /// The map of an IVF index: the centroids over their own nearest neighbours, their cells, and each vector inside the
    /// cell of its list.
    mutating func cellMap(_ lists: IVFLists) -> IndexMap? {
        let centroids = lists.centroids
        let rows = VectorRows(centroids, count: lists.nlist, dimension: centroids?.dimension ?? 0) { UInt32($0) }
        let prints = Fingerprints.of(rows)
        let rounds = EpochPlan.rounds(lists.nlist)
        pacer.total = lists.nlist * rounds + index.count
        let near = NeighbourTable.nearest(of: rows, width: Self.cellNeighbours, seed: seed, threads: team)
        let centres: [PlanePoint]
        if let known = knownCentres(prints) {
            centres = known
        } else {
            var layout = Self.start(centroids, (0..<UInt32(lists.nlist)).map { $0 }, seed: seed)
            let slots = AttractionSlots(near, seed: seed, team: team)
            for round in 0..<rounds {
                layout.move(slots, rate: 1 - Float(round) / Float(rounds), seed: seed, team: team)
                guard pacer.advance(lists.nlist, placed: 0, draft: noDraft) else { return nil }
            }
            centres = Self.centres(aligned(layout, lists))
        }
        var pacer = pacer
        var listsDone = 0
        let share = index.count / max(1, lists.nlist)
        let draft = noDraft
        guard
            let map = CellMap.make(
                lists: lists, index: index, centres: centres, near: near, fingerprints: fingerprints, seed: seed,
                team: team,
                progress: { done in
                    defer { listsDone = done }
                    return pacer.advance((done - listsDone) * share, placed: 0, draft: draft)
                })
        else { return nil }
        self.pacer = pacer
        return finished(
            nil, x: map.x, y: map.y,
            "centroids by forces over their nearest neighbours; cells as large as their lists, as far as the plane allows; "
                + "vectors inside their cell, towards the cells they are near",
            cells: map.cells, cellFingerprints: prints)
    }

    private var noDraft: (Int, Int) -> MapDraft {
        { [nodes] done, total in
            MapDraft(nodes: nodes, placed: 0, x: [], y: [], cells: nil, method: "", done: done, total: total)
        }
    }

    private static func centres(_ layout: ForceLayout) -> [PlanePoint] {
        let frame = MapFrame(layout)
        return (0..<layout.count).map {
            PlanePoint(x: Double(frame.x.unit(layout.x($0))), y: Double(frame.y.unit(layout.y($0))))
        }
    }

    /// The centroids' places on the map before, where they are the same.
    private func knownCentres(_ prints: [UInt64]) -> [PlanePoint]? {
        guard let previous, let cells = previous.cells, previous.cellFingerprints == prints,
            cells.x.count == prints.count
        else { return nil }
        return zip(cells.x, cells.y).map {
            PlanePoint(x: Double(MapFrame.unit($0)), y: Double(MapFrame.unit($1)))
        }
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
