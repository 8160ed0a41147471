import IndexFiles
import Testing

@testable import MapLayout

@Suite("Filling cells")
struct CellFillerTests {
    private let cells = CellAreas(
        [PlanePoint(x: 0.2, y: 0.3), PlanePoint(x: 0.7, y: 0.4), PlanePoint(x: 0.5, y: 0.8)], sizes: [4, 3, 3])

    /// Places of the first cell's vectors, which have no components.
    private func fill(_ fingerprints: [UInt64]) -> [PlanePoint] {
        let count = fingerprints.count
        var filler = CellFiller(
            CellFiller.Ground(
                vectors: nil, starts: [0, count, count, count], cells: cells, near: NeighbourTable(count: 0, width: 3),
                fingerprints: fingerprints, seed: 5),
            centroids: nil)
        var places = [PlanePoint](repeating: PlanePoint(x: 0, y: 0), count: count)
        filler.fill(0) { places[$0] = $1 }
        return places
    }

    @Test func `a vector stays in its direction when others come and the numbers change`() {
        let few = fill([11, 22, 33])
        let more = fill([44, 33, 55, 11, 22])
        let site = cells.sites[0]
        for (before, after) in zip(few, [more[3], more[4], more[1]]) {
            let (old, new) = ((before.x - site.x, before.y - site.y), (after.x - site.x, after.y - site.y))
            #expect(abs(old.0 * new.1 - old.1 * new.0) < 1e-12 && old.0 * new.0 + old.1 * new.1 > 0)
        }
    }

    @Test func `a vector very near its centroid stands in the cell, however far the other centroids are`() throws {
        for step in 1...24 {
            let far = Float(step) * 4.1e13
            let rows = VectorRows(count: 3, dimension: 2, values: [0, 0, far, far / 3, -far / 7, far])
            let near = NeighbourTable.nearest(of: rows, width: 2, seed: 1, threads: nil)
            let index = try flatIndex([[1e-22, 0], [0, 2e-22], [-2e-22, 1e-22]], dimension: 2)
            rows.withMemory { memory in
                var filler = CellFiller(
                    CellFiller.Ground(
                        vectors: index.vectors, starts: [0, 3, 3, 3], cells: cells, near: near,
                        fingerprints: [1, 2, 3], seed: 5),
                    centroids: memory)
                filler.fill(0) { node, place in
                    #expect((0...1).contains(place.x) && (0...1).contains(place.y), "\(node): \(place)")
                }
            }
        }
    }

    @Test func `vectors fill the cell evenly out to near its border`() {
        let site = cells.sites[0]
        let polygon = cells.diagram.polygon(0)
        /// How many vectors stand in the cell drawn in to a part of its size around its site.
        func held(_ places: [PlanePoint], part: Double) -> Int {
            places.count { place in
                let point = PlanePoint(x: site.x + (place.x - site.x) / part, y: site.y + (place.y - site.y) / part)
                return polygon.indices.allSatisfy { corner in
                    let from = polygon[corner]
                    let to = polygon[corner + 1 == polygon.endIndex ? polygon.startIndex : corner + 1]
                    return (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x) >= 0
                }
            }
        }
        let places = fill((1...400).map { $0 &* 0x9E37_79B9_7F4A_7C15 })
        #expect(held(places, part: 0.95) == 400)
        // A quarter of the area; a little more of the vectors, as they leave the border free.
        #expect((100...125).contains(held(places, part: 0.5)))
        #expect((350...399).contains(held(places, part: 0.9)))
    }
}
