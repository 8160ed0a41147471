/// The power diagram (Aurenhammer 1987) of weighted sites in the unit square: the cell of a site holds the places where
/// its squared distance less its weight is the smallest. With equal weights, these are the Voronoi cells.
///
/// Each cell starts as the square and is cut by the borders with the other sites until none that is left can reach the
/// cell's farthest corner. Of sites at one place the heaviest has the cell, of those the first; the others' cells are empty.
/// A site that is much lighter than a near one may stand outside its own cell, or have none.
///
/// Where n sites stand exactly on one circle that no other is in, every cell reaches its middle and is compared with all of
/// them: n² comparisons. `CellAreas.unaligned` keeps sites from standing like that.
struct PowerDiagram: Sendable {
    /// For each site the number of its polygon's first corner; one more entry closes the last. No corners: no cell.
    let starts: [Int]
    /// Counter-clockwise.
    let corners: [PlanePoint]
    /// For each corner the site across the edge that begins there; −1 for the frame.
    let across: [Int32]
    /// Of the cells; together 1, the square's.
    let areas: [Double]
    /// The centres of mass of the cells; the site's own place where the cell is empty.
    let middles: [PlanePoint]
    /// How often a cell was compared with another's site: what the diagram has cost.
    let comparisons: Int

    /// Cells that one thread cuts at a stretch.
    private static let stretch = 512

    /// What was cut at a stretch.
    ///
    /// `@unchecked Sendable`: one thread writes it, and it is read when that is done.
    private final class Piece: @unchecked Sendable {
        var corners: [PlanePoint] = []
        var across: [Int32] = []
        /// For each cell of the stretch.
        var counts: [Int] = []
        var areas: [Double] = []
        var middles: [PlanePoint] = []
        var comparisons = 0
    }

    /// - Parameters:
    ///   - points: finite, inside the unit square.
    ///   - weights: one for each point, in the unit of squared distances; only their differences count.
    init(_ points: [PlanePoint], weights: [Double], team: WorkTeam? = nil) {
        self.init(SiteTree(points, weights: weights), team: team)
    }

    /// - Parameter previous: a diagram of the same sites, with other weights or from places near by: saves time.
    init(_ tree: SiteTree, previous: PowerDiagram? = nil, team: WorkTeam? = nil) {
        let count = tree.sites.count
        let pieces = (0..<(count + Self.stretch - 1) / Self.stretch).map { _ in Piece() }
        WorkTeam.run(pieces.count, by: team) { part in
            Self.cut(
                part * Self.stretch..<min((part + 1) * Self.stretch, count), of: tree, previous, into: pieces[part])
        }
        var starts = [Int](repeating: 0, count: count + 1)
        for (place, site) in tree.sites.enumerated() {
            starts[site.number + 1] = pieces[place / Self.stretch].counts[place % Self.stretch]
        }
        for number in 0..<count { starts[number + 1] += starts[number] }
        var corners = [PlanePoint](repeating: PlanePoint(x: 0, y: 0), count: starts[count])
        var across = [Int32](repeating: -1, count: starts[count])
        var areas = [Double](repeating: 0, count: count)
        var middles = [PlanePoint](repeating: PlanePoint(x: 0, y: 0), count: count)
        var next = 0
        for (place, site) in tree.sites.enumerated() {
            let piece = pieces[place / Self.stretch]
            if place % Self.stretch == 0 { next = 0 }
            areas[site.number] = piece.areas[place % Self.stretch]
            middles[site.number] = piece.middles[place % Self.stretch]
            for corner in starts[site.number]..<starts[site.number + 1] {
                corners[corner] = piece.corners[next]
                across[corner] = piece.across[next]
                next += 1
            }
        }
        self.starts = starts
        self.corners = corners
        self.across = across
        self.areas = areas
        self.middles = middles
        comparisons = pieces.reduce(0) { $0 + $1.comparisons }
    }

    var count: Int { areas.count }

    /// The corners of a site's cell.
    func polygon(_ site: Int) -> ArraySlice<PlanePoint> { corners[starts[site]..<starts[site + 1]] }

    private static func cut(
        _ places: Range<Int>, of tree: SiteTree, _ previous: PowerDiagram?, into piece: Piece
    ) {
        var cutter = CellCutter()
        for place in places {
            let site = tree.sites[place]
            let edges = previous.map { $0.across[$0.starts[site.number]..<$0.starts[site.number + 1]] } ?? []
            cutter.cut(place, of: tree, likely: edges.lazy.filter { $0 >= 0 }.map { tree.places[Int($0)] })
            let polygon = cutter.polygon
            // Measured as seen from the site, where the numbers are small and exact.
            var area = 0.0
            var x = 0.0
            var y = 0.0
            for corner in polygon.indices {
                let from = polygon[corner]
                let to = polygon[corner + 1 == polygon.count ? 0 : corner + 1]
                let double = from.x * to.y - to.x * from.y
                area += double / 2
                x += (from.x + to.x) * double / 6
                y += (from.y + to.y) * double / 6
                piece.corners.append(
                    PlanePoint(x: min(max(from.x + site.x, 0), 1), y: min(max(from.y + site.y, 0), 1)))
                piece.across.append(from.across)
            }
            piece.counts.append(polygon.count)
            piece.areas.append(max(area, 0))
            piece.middles.append(
                area > 0 ? PlanePoint(x: site.x + x / area, y: site.y + y / area) : PlanePoint(x: site.x, y: site.y))
        }
        piece.comparisons = cutter.comparisons
    }
}
