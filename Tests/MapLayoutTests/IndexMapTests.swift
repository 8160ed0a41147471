import Foundation
import IndexFiles
import MapLayout
import Testing

@Suite("Maps of indexes")
struct IndexMapTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func demo(_ name: String, metric: Metric? = nil) throws -> IndexFile {
        try IndexFile.open(
            path: Self.root.appending(path: "Sources/AnnscopeDaemon/Demo/\(name).index").path,
            hints: IndexFileHints(metric: metric))
    }

    @Test("the same file gives the same map", arguments: ["hnswlib_M6_ef30_l2", "faiss_ivf128_flat_l2"])
    func deterministic(name: String) throws {
        let index = try demo(name)
        let first = try #require(IndexMap(of: index))
        let second = try #require(IndexMap(of: index))
        #expect(first.x == second.x && first.y == second.y && first.cells == second.cells)
        #expect(first.x.count == index.count)
    }

    /// The part of the 10 nearest on the map that are among the 30 truly nearest, over every tenth node.
    private func preserved(_ index: IndexFile, _ place: (Int) -> (Double, Double)) -> Double {
        let vectors = (0..<UInt32(index.count)).map { index.vectorComponents($0) }
        var kept = 0
        for node in stride(from: 0, to: index.count, by: 10) {
            func nearest(_ count: Int, _ distance: (Int) -> Double) -> Set<Int> {
                let others = (0..<index.count).filter { $0 != node }.map { ($0, distance($0)) }
                return Set(others.sorted { $0.1 < $1.1 }.prefix(count).map(\.0))
            }
            let own = place(node)
            let true30 = nearest(30) { other in
                zip(vectors[node], vectors[other]).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
            }
            let map10 = nearest(10) { other in
                let there = place(other)
                return (there.0 - own.0) * (there.0 - own.0) + (there.1 - own.1) * (there.1 - own.1)
            }
            kept += map10.intersection(true30).count
        }
        return Double(kept) / Double(index.count)
    }

    @Test(
        "neighbours stay neighbours, far more than by chance",
        arguments: ["hnswlib_M6_ef30_l2", "faiss_ivf128_flat_l2"])
    func neighbours(name: String) throws {
        let index = try demo(name)
        let map = try #require(IndexMap(of: index))
        // By chance 3 in 100 of the nearest on the map would be among the 30 truly nearest.
        let share = preserved(index) { (Double(map.x[$0]), Double(map.y[$0])) }
        #expect(share > 0.25, "\(share)")
    }

    @Test("every vector stands inside its cell, and the cells fill the frame")
    func cells() throws {
        let index = try demo("faiss_ivf128_flat_l2")
        let map = try #require(IndexMap(of: index))
        let cells = try #require(map.cells)
        guard case .ivf(let lists) = index.structure else { throw CocoaError(.fileReadUnknown) }
        var area = 0.0
        for cell in 0..<lists.nlist {
            let corners = Int(cells.starts[cell])..<Int(cells.starts[cell + 1])
            let polygon = corners.map { (Double(cells.cornerX[$0]), Double(cells.cornerY[$0])) }
            for place in polygon.indices {
                let next = polygon[(place + 1) % polygon.count]
                area += (polygon[place].0 * next.1 - next.0 * polygon[place].1) / 2
                for node in lists.places.starts[cell]..<lists.places.starts[cell + 1] {
                    let across =
                        (next.0 - polygon[place].0) * (Double(map.y[node]) - polygon[place].1)
                        - (next.1 - polygon[place].1) * (Double(map.x[node]) - polygon[place].0)
                    let length = hypot(next.0 - polygon[place].0, next.1 - polygon[place].1)
                    // Map units are whole numbers, so a corner may be off by one.
                    #expect(across >= -2 * max(length, 1))
                }
            }
        }
        #expect(abs(area / (65535.0 * 65535.0) - 1) < 0.01)
    }

    @Test("an unchanged file keeps its map, whatever it looked like")
    func unchanged() throws {
        let index = try demo("hnswlib_M6_ef30_l2")
        let other = try #require(IndexMap(of: index, seed: 99))
        let again = try #require(IndexMap(of: index, previous: other))
        #expect(again.x == other.x && again.y == other.y)
    }

    @Test("empty, tiny and odd indexes have maps too", arguments: try Oracle.files)
    func odd(path: String) throws {
        let index = try IndexFile.open(path: path)
        guard index.count < 2500 else { return }
        let map = try #require(IndexMap(of: index))
        #expect(map.x.count == index.count && map.y.count == index.count)
    }

    private enum Oracle {
        /// Every file that opens.
        static var files: [String] {
            get throws {
                let folder = root.appending(path: "Tests/Oracle").path
                return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".bin") }
                    .sorted().map { folder + "/" + $0 }.filter { (try? IndexFile.open(path: $0)) != nil }
            }
        }
    }
}
