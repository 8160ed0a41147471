import Foundation
import IndexFiles
import Testing

@testable import MapLayout

@Suite("Maps of cells")
struct CellMapTests {
    private let index: IndexFile
    private let lists: IVFLists
    private let near: NeighbourTable
    private let centres: [PlanePoint]
    private let fingerprints: [UInt64]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        index = try IndexFile.open(
            path: root.appending(path: "Sources/AnnscopeDaemon/Demo/faiss_ivf128_flat_l2.index").path)
        guard case .ivf(let lists) = index.structure else { throw CocoaError(.fileReadUnknown) }
        self.lists = lists
        let rows = VectorRows(lists.centroids, count: lists.nlist, dimension: index.dimension) { UInt32($0) }
        near = NeighbourTable.nearest(of: rows, width: 10, seed: 1, threads: nil)
        let start = MapMaker.start(lists.centroids, (0..<UInt32(lists.nlist)).map { $0 }, seed: 1)
        let frame = MapFrame(start)
        centres = (0..<lists.nlist).map {
            PlanePoint(x: Double(frame.x.unit(start.x($0))), y: Double(frame.y.unit(start.y($0))))
        }
        fingerprints = (0..<UInt64(index.count)).map { ($0 &+ 1) &* 0x9E37_79B9_7F4A_7C15 }
    }

    private func make(near: NeighbourTable, team: WorkTeam? = nil) -> CellMap? {
        CellMap.make(
            lists: lists, index: index, centres: centres, near: near, fingerprints: fingerprints, seed: 1, team: team)
    }

    private func expectInside(_ map: CellMap) {
        let cells = map.cells
        for cell in 0..<lists.nlist {
            let corners = Int(cells.starts[cell])..<Int(cells.starts[cell + 1])
            for corner in corners {
                let next = corner + 1 == corners.upperBound ? corners.lowerBound : corner + 1
                let edgeX = Double(cells.cornerX[next]) - Double(cells.cornerX[corner])
                let edgeY = Double(cells.cornerY[next]) - Double(cells.cornerY[corner])
                for node in lists.places.starts[cell]..<lists.places.starts[cell + 1] {
                    let across =
                        edgeX * (Double(map.y[node]) - Double(cells.cornerY[corner]))
                        - edgeY * (Double(map.x[node]) - Double(cells.cornerX[corner]))
                    // Map units are whole numbers, so a corner may be off by one.
                    #expect(across >= -2 * max((edgeX * edgeX + edgeY * edgeY).squareRoot(), 1))
                }
            }
        }
    }

    @Test func `every vector stands inside the cell of its list`() throws {
        expectInside(try #require(make(near: near)))
    }

    @Test func `vectors that cannot be compared with the centroids stand inside their cells, too`() throws {
        let map = try #require(make(near: NeighbourTable(count: 0, width: 10)))
        expectInside(map)
        #expect(Set(zip(map.x, map.y).map { Int($0) << 16 | Int($1) }).count > index.count * 9 / 10)
    }

    @Test func `three threads place every vector where one does`() throws {
        let alone = try #require(make(near: near))
        let together = try #require(make(near: near, team: WorkTeam(threads: 3, niceness: 0)))
        #expect(alone.x == together.x && alone.y == together.y && alone.cells == together.cells)
    }

    @Test func `areas follow the lists' sizes, which those of Voronoi cells do not`() throws {
        let sizes = (0..<lists.nlist).map { lists.size(of: $0) }
        let targets = CellAreas.targets(sizes)
        let plain = PowerDiagram(centres, weights: centres.map { _ in 0 })
        let fitted = CellAreas(centres, sizes: sizes)
        #expect(correlation(fitted.diagram.areas, targets) > 0.6)
        #expect(correlation(fitted.diagram.areas, targets) > correlation(plain.areas, targets) + 0.3)
    }

    /// Of the logarithms.
    private func correlation(_ a: [Double], _ b: [Double]) -> Double {
        let (a, b) = (a.map { log($0) }, b.map { log($0) })
        let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
        let products = zip(a, b).map { ($0 - meanA, $1 - meanB) }
        return products.reduce(0) { $0 + $1.0 * $1.1 }
            / (products.reduce(0) { $0 + $1.0 * $1.0 } * products.reduce(0) { $0 + $1.1 * $1.1 }).squareRoot()
    }

    @Test func `vectors lean towards the centroid that is second nearest`() throws {
        let map = try #require(make(near: near))
        var leaning = 0
        var all = 0
        for cell in 0..<lists.nlist {
            for node in lists.places.starts[cell]..<lists.places.starts[cell + 1] {
                let vector = index.vectorComponents(UInt32(node))
                let second = (0..<near.width).map { Int(near.ids[cell * near.width + $0]) }
                    .min { squared(vector, $0) < squared(vector, $1) }
                guard let second else { continue }
                let way = (
                    Double(map.cells.x[second]) - Double(map.cells.x[cell]),
                    Double(map.cells.y[second]) - Double(map.cells.y[cell])
                )
                let own = (
                    Double(map.x[node]) - Double(map.cells.x[cell]), Double(map.y[node]) - Double(map.cells.y[cell])
                )
                leaning += way.0 * own.0 + way.1 * own.1 > 0 ? 1 : 0
                all += 1
            }
        }
        // By chance it would be half of them.
        #expect(Double(leaning) / Double(all) > 0.7)
    }

    private func squared(_ vector: [Float], _ cell: Int) -> Float {
        var centroid = [Float](repeating: 0, count: vector.count)
        lists.centroids?.decode(UInt32(cell), into: &centroid)
        return zip(vector, centroid).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }

    @Test func `a stopped map is no map`() {
        let map = CellMap.make(
            lists: lists, index: index, centres: centres, near: near, fingerprints: fingerprints, seed: 1, team: nil,
            progress: { _ in false })
        #expect(map == nil)
    }
}
