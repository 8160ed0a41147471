internal import IndexFiles

/// The map of an IVF index, once it is known where its centroids stand: their cells and each vector inside the cell of its
/// list.
struct CellMap: Sendable {
    let cells: MapCells
    /// Of each vector, in the order of the lists.
    let x: [UInt16]
    let y: [UInt16]

    /// Cells that one thread fills at a stretch.
    private static let stretch = 8
    /// Stretches between two looks at whether to go on.
    private static let round = 16

    /// - Parameters:
    ///   - centres: places of the centroids in the unit square.
    ///   - near: the nearest other centroids of each; without them, or where vectors and centroids are not of one space, the
    ///     vectors stand in their cell by chance.
    ///   - fingerprints: a hash of each vector, on which its chance hangs.
    ///   - known: gets the cells as soon as they have their shapes.
    ///   - progress: gets the lists done, now and then; returning false stops.
    /// - Returns: nil when stopped; else the same for any number of threads.
    static func make(
        lists: IVFLists, index: IndexFile, centres: [PlanePoint], near: NeighbourTable, fingerprints: [UInt64],
        seed: UInt64, team: WorkTeam?, known: (MapCells) -> Void = { _ in }, progress: (Int) -> Bool = { _ in true }
    ) -> CellMap? {
        let sizes = (0..<lists.nlist).map { lists.size(of: $0) }
        let cells = CellAreas(centres, sizes: sizes, team: team)
        known(MapCells(cells, sizes: sizes))
        let centroids = lists.centroids
        // Behind an independent quantizer vectors and centroids may be no points of one space.
        let areComparable =
            centroids.map { $0.dimension == index.vectors?.dimension && $0.count == lists.nlist } ?? false
            && near.count == lists.nlist
        let rows = VectorRows(
            areComparable ? centroids : nil, count: areComparable ? lists.nlist : 0,
            dimension: centroids?.dimension ?? 0
        ) { UInt32($0) }
        let ground = CellFiller.Ground(
            vectors: index.vectors, starts: lists.places.starts, cells: cells, near: near, fingerprints: fingerprints,
            seed: seed)
        var x = [UInt16](repeating: 0, count: index.count)
        var y = x
        var isDone = true
        x.withUnsafeMutableBufferPointer { x in
            y.withUnsafeMutableBufferPointer { y in
                isDone = fill(ground, rows, PartedMemory(x), PartedMemory(y), team, progress)
            }
        }
        guard isDone else { return nil }
        return CellMap(cells: MapCells(cells, sizes: sizes), x: x, y: y)
    }

    private static func fill(
        _ ground: CellFiller.Ground, _ centroids: VectorRows, _ x: PartedMemory<UInt16>, _ y: PartedMemory<UInt16>,
        _ team: WorkTeam?, _ progress: (Int) -> Bool
    ) -> Bool {
        let count = ground.cells.sites.count
        return centroids.withMemory { memory in
            for start in stride(from: 0, to: count, by: stretch * round) {
                let end = min(start + stretch * round, count)
                WorkTeam.run((end - start + stretch - 1) / stretch, by: team) { part in
                    var filler = CellFiller(ground, centroids: memory)
                    for cell in start + part * stretch..<min(start + (part + 1) * stretch, end) {
                        filler.fill(cell) { node, place in
                            x[node] = MapFrame.mapUnit(Float(place.x))
                            y[node] = MapFrame.mapUnit(Float(place.y))
                        }
                    }
                }
                guard progress(end) else { return false }
            }
            return true
        }
    }
}

extension MapCells {
    /// - Parameter sizes: vectors of each cell.
    init(_ areas: CellAreas, sizes: [Int]) {
        let diagram = areas.diagram
        self.init(
            x: areas.sites.map { MapFrame.mapUnit(Float($0.x)) }, y: areas.sites.map { MapFrame.mapUnit(Float($0.y)) },
            sizes: sizes.map { UInt32($0) }, starts: diagram.starts.map { UInt32($0) },
            cornerX: diagram.corners.map { MapFrame.mapUnit(Float($0.x)) },
            cornerY: diagram.corners.map { MapFrame.mapUnit(Float($0.y)) })
    }
}
