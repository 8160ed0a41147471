import Testing

@testable import MapLayout

@Suite("Areas of cells")
struct CellAreasTests {
    private func chance(_ count: Int, seed: UInt64) -> [PlanePoint] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in PlanePoint(x: Double(random.unit()), y: Double(random.unit())) }
    }

    private func sizes(_ count: Int) -> [Int] {
        var random = SplitMix64(seed: 12)
        return (0..<count).map { _ in random.below(4) == 0 ? random.below(200) : random.below(20) }
    }

    /// The part of the square that would have to change hands for every cell to have its target.
    private func misfit(_ areas: [Double], _ sizes: [Int]) -> Double {
        zip(areas, CellAreas.targets(sizes)).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }

    @Test(arguments: [16, 128, 1000])
    func `areas follow the sizes much better than those of plain Voronoi cells`(count: Int) {
        let points = chance(count, seed: UInt64(count))
        let sizes = sizes(count)
        let plain = PowerDiagram(points, weights: points.map { _ in 0 })
        let fitted = CellAreas(points, sizes: sizes)
        #expect(misfit(fitted.diagram.areas, sizes) < 0.5 * misfit(plain.areas, sizes))
    }

    @Test func `alike lists at places evenly spread have cells alike`() {
        let points = (0..<64).map { PlanePoint(x: (Double($0 % 8) + 0.5) / 8, y: (Double($0 / 8) + 0.5) / 8) }
        let fitted = CellAreas(points, sizes: points.map { _ in 30 })
        #expect(fitted.diagram.areas.allSatisfy { abs($0 * 64 - 1) < 1e-6 })
    }

    @Test(arguments: [0, 1, 2, 3, 50, 2000])
    func `every site stands inside its own cell and the cells fill the square`(count: Int) {
        let fitted = CellAreas(chance(count, seed: 31), sizes: sizes(count))
        check(fitted, count)
    }

    @Test func `lists at one place are drawn apart, each into a cell of its own`() {
        let corner = [PlanePoint](repeating: PlanePoint(x: 1, y: 0), count: 300)
        check(CellAreas(corner, sizes: sizes(300)), 300)
        check(CellAreas(corner, sizes: corner.map { _ in 0 }), 300)
    }

    @Test func `sites on one line have cells, too`() {
        check(CellAreas((0..<100).map { PlanePoint(x: Double($0) / 99, y: 0.5) }, sizes: sizes(100)), 100)
    }

    private func check(_ fitted: CellAreas, _ count: Int) {
        #expect(fitted.sites.count == count && fitted.diagram.count == count)
        #expect(count == 0 || abs(fitted.diagram.areas.reduce(0, +) - 1) < 1e-9)
        for (number, site) in fitted.sites.enumerated() {
            let polygon = fitted.diagram.polygon(number)
            #expect(polygon.count >= 3)
            for place in polygon.indices {
                let from = polygon[place]
                let to = polygon[place + 1 == polygon.endIndex ? polygon.startIndex : place + 1]
                #expect((to.x - from.x) * (site.y - from.y) - (to.y - from.y) * (site.x - from.x) >= -1e-15)
            }
        }
    }

    @Test func `a site moves no farther than it may from where the sizes put it`() {
        let sizes = sizes(400)
        let points = chance(400, seed: 5)
        let fitted = CellAreas(points, sizes: sizes)
        for (before, after) in zip(CellAreas.spread(points, sizes), fitted.sites) {
            let squared = (before.x - after.x) * (before.x - after.x) + (before.y - after.y) * (before.y - after.y)
            #expect(squared.squareRoot() <= CellAreas.maxMove / 20 + 1e-12)
        }
    }

    @Test func `thousands of sites on one circle are moved too little to be seen, and few cells are compared with all`()
    {
        // Places on a circle without sines, by the tangent of half the angle.
        let circle = (0..<8000).map { number in
            let half = Double(number % 4000) / 2000 - 1
            let side = number < 4000 ? 0.4 : -0.4
            return PlanePoint(
                x: 0.5 + side * (1 - half * half) / (1 + half * half), y: 0.5 + side * 2 * half / (1 + half * half))
        }
        let moved = CellAreas.unaligned(circle)
        for (before, after) in zip(circle, moved) {
            let squared = (before.x - after.x) * (before.x - after.x) + (before.y - after.y) * (before.y - after.y)
            #expect(squared.squareRoot() <= CellAreas.maxShift)
        }
        let diagram = PowerDiagram(moved, weights: moved.map { _ in 0 })
        #expect(abs(diagram.areas.reduce(0, +) - 1) < 1e-9)
        #expect(diagram.comparisons < 1000 * circle.count)
    }

    @Test func `few sites are left exactly where they are`() {
        let points = chance(1000, seed: 2)
        #expect(CellAreas.unaligned(points) == points)
    }

    @Test func `spreading keeps the order along each axis`() {
        let points = chance(200, seed: 15).map { PlanePoint(x: $0.x * $0.x, y: $0.y) }
        let spread = CellAreas.spread(points, sizes(200))
        for (one, other) in zip(points.indices, points.indices.dropFirst()) {
            #expect((points[one].x < points[other].x) == (spread[one].x < spread[other].x))
            #expect((points[one].y < points[other].y) == (spread[one].y < spread[other].y))
        }
    }

    @Test func `three threads find the same cells as one`() {
        let points = chance(1100, seed: 8)
        let alone = CellAreas(points, sizes: sizes(1100))
        let together = CellAreas(points, sizes: sizes(1100), team: WorkTeam(threads: 3, niceness: 0))
        #expect(alone.sites == together.sites && alone.diagram.corners == together.diagram.corners)
    }
}
