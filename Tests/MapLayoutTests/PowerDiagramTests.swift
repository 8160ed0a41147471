import Testing

@testable import MapLayout

@Suite("Power diagrams")
struct PowerDiagramTests {
    private func chance(_ count: Int, seed: UInt64) -> [PlanePoint] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in PlanePoint(x: Double(random.unit()), y: Double(random.unit())) }
    }

    /// Whether a point is inside a counter-clockwise polygon or on its border.
    private func contains(_ polygon: ArraySlice<PlanePoint>, _ point: PlanePoint) -> Bool {
        !polygon.isEmpty
            && polygon.indices.allSatisfy { place in
                let a = polygon[place]
                let b = polygon[place + 1 == polygon.endIndex ? polygon.startIndex : place + 1]
                return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) >= -1e-12
            }
    }

    private func power(_ point: PlanePoint, _ site: PlanePoint, _ weight: Double) -> Double {
        (point.x - site.x) * (point.x - site.x) + (point.y - site.y) * (point.y - site.y) - weight
    }

    @Test(arguments: [1, 2, 3, 15, 128, 1000], [0.0, 0.002, 0.3])
    func `a place belongs to the site with the smallest power, and the cells fill the square`(
        count: Int, largest: Double
    ) {
        let points = chance(count, seed: UInt64(count))
        var random = SplitMix64(seed: 4)
        let weights = points.map { _ in Double(random.unit()) * largest }
        let diagram = PowerDiagram(points, weights: weights)
        #expect(abs(diagram.areas.reduce(0, +) - 1) < 1e-9)
        for probe in chance(300, seed: 77) {
            let nearest = points.indices.min {
                power(probe, points[$0], weights[$0]) < power(probe, points[$1], weights[$1])
            }
            #expect(contains(diagram.polygon(nearest ?? 0), probe))
        }
    }

    @Test func `the site across an edge is as near as the own one`() {
        let points = chance(200, seed: 9)
        let diagram = PowerDiagram(points, weights: points.map { _ in 0 })
        for site in points.indices {
            let polygon = diagram.polygon(site)
            for corner in polygon.indices where diagram.across[corner] >= 0 {
                let next = polygon[corner + 1 == polygon.endIndex ? polygon.startIndex : corner + 1]
                let middle = PlanePoint(x: (polygon[corner].x + next.x) / 2, y: (polygon[corner].y + next.y) / 2)
                let other = points[Int(diagram.across[corner])]
                #expect(abs(power(middle, points[site], 0) - power(middle, other, 0)) < 1e-9)
            }
        }
    }

    @Test func `the diagram before only saves time`() {
        let points = chance(500, seed: 3)
        let before = PowerDiagram(chance(500, seed: 8), weights: points.map { _ in 0 })
        let tree = SiteTree(points, weights: points.map { _ in 0 })
        let fresh = PowerDiagram(tree)
        let hinted = PowerDiagram(tree, previous: before)
        for site in points.indices { #expect(abs(fresh.areas[site] - hinted.areas[site]) < 1e-12) }
    }

    @Test func `three threads cut the same cells as one`() {
        let points = chance(5000, seed: 6)
        let weights = points.indices.map { Double($0 % 7) * 1e-5 }
        let alone = PowerDiagram(points, weights: weights)
        let together = PowerDiagram(points, weights: weights, team: WorkTeam(threads: 3, niceness: 0))
        #expect(alone.starts == together.starts && alone.corners == together.corners)
        #expect(alone.areas == together.areas && alone.across == together.across)
    }

    @Test func `no site has no cell`() {
        let diagram = PowerDiagram([], weights: [])
        #expect(diagram.count == 0 && diagram.corners.isEmpty && diagram.starts == [0])
    }

    @Test(arguments: [2, 3, 1000])
    func `of sites at one place the heaviest has the cell, of those the first`(count: Int) {
        let points = [PlanePoint](repeating: PlanePoint(x: 0.5, y: 0.25), count: count)
        let alike = PowerDiagram(points, weights: points.map { _ in 1 })
        #expect(alike.areas[0] == 1 && alike.areas.dropFirst().allSatisfy { $0 == 0 })
        var weights = points.map { _ in 0.0 }
        weights[count - 1] = 1e-9
        let heavier = PowerDiagram(points, weights: weights)
        #expect(heavier.areas[count - 1] == 1 && heavier.polygon(0).isEmpty)
    }

    @Test func `sites on a line cut the square into strips`() {
        let points = (0...4).map { PlanePoint(x: Double($0) / 4, y: 0) }
        let diagram = PowerDiagram(points, weights: points.map { _ in 0 })
        #expect(diagram.areas.map { ($0 * 8).rounded() } == [1, 2, 2, 2, 1])
    }

    @Test func `a site that weighs too little has no cell`() {
        let points = [PlanePoint(x: 0.4, y: 0.5), PlanePoint(x: 0.5, y: 0.5), PlanePoint(x: 0.6, y: 0.5)]
        let diagram = PowerDiagram(points, weights: [1, 0, 1])
        #expect(diagram.polygon(1).isEmpty && abs(diagram.areas[0] - 0.5) < 1e-12)
    }

    @Test func `65,536 crowded sites have their cells, too`() {
        let points = chance(65_536, seed: 2).map { PlanePoint(x: $0.x * $0.x * $0.x, y: $0.y * $0.y * $0.y) }
        let diagram = PowerDiagram(points, weights: points.map { _ in 0 })
        #expect(abs(diagram.areas.reduce(0, +) - 1) < 1e-9)
        for site in stride(from: 0, to: points.count, by: 97) {
            #expect(contains(diagram.polygon(site), points[site]))
        }
    }
}
