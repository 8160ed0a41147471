/// Cells whose areas follow the sizes of lists as far as the plane allows, by turns of weights and small moves as in
/// Voronoi treemaps (Nocaj and Brandes 2012).
///
/// Layouts crowd just where the large lists are. So first the sites are spread along each axis, in their order, as the sizes
/// call for. Then they move only a part of the way to the middle of their cell, and the weights stay within what the sites'
/// places allow: every site stands inside its own cell, so no cell is empty.
struct CellAreas: Sendable {
    /// Where the sites stand now.
    let sites: [PlanePoint]
    let diagram: PowerDiagram

    /// What each list's share of the plane grows by, as a part of the mean size: so an empty list's cell is seen, too.
    private static let floor = 0.15
    /// Cells that are cut in all, over all rounds.
    private static let maxCuts = 200_000
    private static let roundRange = 3...40
    /// The part of Newton's step along a weight alone that is taken; neighbours change theirs at the same time.
    private static let damping = 0.8
    /// A site moves at most so much of the distance to its nearest neighbour in one round…
    static let maxStep = 0.15
    /// …and in all at most so much of the mean distance between sites.
    static let maxMove = 1.0

    /// - Parameters:
    ///   - points: finite, inside the unit square. Where some coincide, they are drawn apart a little.
    ///   - sizes: one for each point.
    init(_ points: [PlanePoint], sizes: [Int], team: WorkTeam? = nil) {
        var sites = Self.unaligned(Self.apart(Self.spread(points, sizes)))
        var weights = [Double](repeating: 0, count: sites.count)
        guard !sites.isEmpty else {
            self.sites = []
            diagram = PowerDiagram([], weights: [])
            return
        }
        let targets = Self.targets(sizes)
        let rounds = min(max(Self.maxCuts / sites.count, Self.roundRange.lowerBound), Self.roundRange.upperBound)
        let starts = sites
        let maxMove = Self.maxMove / Double(sites.count).squareRoot()
        var tree = SiteTree(sites, weights: weights)
        var previous: PowerDiagram?
        for round in 0..<rounds {
            let diagram = PowerDiagram(tree, previous: previous, team: team)
            previous = diagram
            for site in sites.indices {
                let edges = Self.edges(of: site, sites, diagram)
                if edges.flow > 0 {
                    weights[site] += Self.damping * (targets[site] - diagram.areas[site]) / edges.flow
                }
                // In the last rounds only the weights change, so that they fit the places.
                guard round < rounds * 3 / 4, edges.nearest.isFinite else { continue }
                sites[site] = Self.moved(
                    sites[site], towards: diagram.middles[site], atMost: Self.maxStep * edges.nearest,
                    near: starts[site], maxMove)
            }
            WeightLimits.hold(&weights, sites, diagram)
            tree.update(sites, weights: weights)
        }
        tree.update(sites, weights: [Double](repeating: 0, count: sites.count))
        WeightLimits.hold(&weights, sites, PowerDiagram(tree, previous: previous, team: team))
        tree.update(sites, weights: weights)
        self.sites = sites
        diagram = PowerDiagram(tree, previous: previous, team: team)
    }

    /// The area that each cell should have; together 1.
    static func targets(_ sizes: [Int]) -> [Double] {
        let total = sizes.reduce(0.0) { $0 + Double($1) }
        let floor = total > 0 ? floor * total / Double(sizes.count) : 1
        let sum = total + floor * Double(sizes.count)
        return sizes.map { (Double($0) + floor) / sum }
    }

    /// - Returns: how much the cell's area grows with the site's weight, the others' being fixed (Aurenhammer, Hoffmann
    ///   and Aronov 1998), and the distance of the nearest neighbour.
    private static func edges(
        of site: Int, _ sites: [PlanePoint], _ diagram: PowerDiagram
    ) -> (flow: Double, nearest: Double) {
        let corners = diagram.starts[site]..<diagram.starts[site + 1]
        var flow = 0.0
        var nearest = Double.infinity
        for corner in corners where diagram.across[corner] >= 0 {
            let from = diagram.corners[corner]
            let to = diagram.corners[corner + 1 == corners.upperBound ? corners.lowerBound : corner + 1]
            let distance = length(sites[site], sites[Int(diagram.across[corner])])
            guard distance > 0 else { continue }
            flow += length(from, to) / (2 * distance)
            nearest = min(nearest, distance)
        }
        return (flow, nearest)
    }

    private static func moved(
        _ point: PlanePoint, towards target: PlanePoint, atMost step: Double, near start: PlanePoint, _ reach: Double
    ) -> PlanePoint {
        let way = length(point, target)
        guard way > 0 else { return point }
        let part = min(1, step / way)
        let place = PlanePoint(x: point.x + part * (target.x - point.x), y: point.y + part * (target.y - point.y))
        let moved = length(place, start)
        guard moved > reach else { return place }
        return PlanePoint(
            x: start.x + reach / moved * (place.x - start.x), y: start.y + reach / moved * (place.y - start.y))
    }

    private static func length(_ a: PlanePoint, _ b: PlanePoint) -> Double {
        ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
    }
}
