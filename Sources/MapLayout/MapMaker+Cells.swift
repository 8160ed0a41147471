internal import IndexFiles

extension MapMaker {
    private static let cellEpochs = 500

    /// The map of an IVF index: the centroids by a force layout over their own nearest neighbours, cells whose areas follow
    /// the lists' sizes, and each vector inside the cell that holds it.
    func cellMap(_ lists: IVFLists, _ fingerprints: [UInt64], _ progress: (Int, Int) -> Bool) -> IndexMap? {
        let isSmall = lists.nlist <= Self.maxAllPairs
        let centroids = lists.centroids
        var layout = principalStart(centroids, count: lists.nlist)
        let rows = VectorRows(centroids, count: lists.nlist, dimension: centroids?.dimension ?? 0) { UInt32($0) }
        let near = NeighbourTable.nearest(of: rows, width: Self.neighbours, seed: seed, threads: nil)
        if isSmall {
            var links = ForceLayout.Links()
            for row in 0..<near.count {
                let entries = (row * near.width..<(row + 1) * near.width).prefix { near.ids[$0] != .max }
                links.addNode(entries.map { (row: Int(near.ids[$0]), squared: near.squared[$0]) })
            }
            let epochs = Self.cellEpochs
            guard layout.run(links, epochs: epochs, rate: 1, seed: seed, progress: { progress($0, epochs) }) else {
                return nil
            }
        }
        let centres = zip(MapFrame.fit(layout.x), MapFrame.fit(layout.y)).map {
            PlanePoint(x: Double($0), y: Double($1))
        }
        let map = CellMap.make(
            lists: lists, index: index, centres: centres, near: near, fingerprints: fingerprints, seed: seed, team: nil,
            progress: { progress($0, lists.nlist) })
        guard let map else { return nil }
        let placed = isSmall ? "forces over their nearest neighbours" : "their first two principal components (PCA)"
        return IndexMap(
            nodes: nodes, x: map.x, y: map.y, cells: map.cells,
            method: "centroids by \(placed), cells as large as their lists as far as the places allow; "
                + "vectors inside their cell, towards the cells they are near",
            fingerprints: fingerprints)
    }
}
