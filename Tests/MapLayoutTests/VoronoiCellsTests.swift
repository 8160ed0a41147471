import MapLayout
import Testing

@Suite("Voronoi cells")
struct VoronoiCellsTests {
    /// SplitMix64 (Steele, Lea and Flood 2014): the same points in every run.
    private struct Points {
        var state: UInt64

        mutating func next() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double((z ^ (z >> 31)) >> 11) / 9_007_199_254_740_992
        }

        mutating func take(_ count: Int) -> [PlanePoint] { (0..<count).map { _ in PlanePoint(x: next(), y: next()) } }
    }

    private func area(_ polygon: [PlanePoint]) -> Double {
        polygon.indices.reduce(0) { sum, place in
            let next = polygon[(place + 1) % polygon.count]
            return sum + (polygon[place].x * next.y - next.x * polygon[place].y) / 2
        }
    }

    private func contains(_ polygon: [PlanePoint], _ point: PlanePoint) -> Bool {
        polygon.indices.allSatisfy { place in
            let a = polygon[place]
            let b = polygon[(place + 1) % polygon.count]
            return (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) >= -1e-12
        }
    }

    @Test("the cells fill the square, each around its point", arguments: [1, 2, 3, 15, 128, 1000])
    func fill(count: Int) {
        var source = Points(state: UInt64(count))
        let points = source.take(count)
        let cells = VoronoiCells(points: points).polygons
        #expect(abs(cells.reduce(0) { $0 + area($1) } - 1) < 1e-9)
        for (point, cell) in zip(points, cells) { #expect(contains(cell, point)) }
        // A place belongs to the cell of its nearest point.
        for probe in source.take(50) {
            let nearest = points.indices.min { a, b in
                let (dxA, dyA) = (points[a].x - probe.x, points[a].y - probe.y)
                let (dxB, dyB) = (points[b].x - probe.x, points[b].y - probe.y)
                return dxA * dxA + dyA * dyA < dxB * dxB + dyB * dyB
            }
            #expect(contains(cells[nearest ?? 0], probe))
        }
    }

    @Test("points that coincide, lie on one line or on the frame are cells too")
    func degenerate() {
        #expect(VoronoiCells(points: []).polygons.isEmpty)
        let same = VoronoiCells(points: Array(repeating: PlanePoint(x: 0.5, y: 0.5), count: 3)).polygons
        #expect(same.map(\.isEmpty) == [false, true, true])
        #expect(abs(area(same[0]) - 1) < 1e-12)
        let line = VoronoiCells(points: (0...4).map { PlanePoint(x: Double($0) / 4, y: 0) }).polygons
        #expect(line.map { (area($0) * 8).rounded() } == [1, 2, 2, 2, 1])
    }
}
