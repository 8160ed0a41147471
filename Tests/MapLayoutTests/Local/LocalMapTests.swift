import Foundation
import IndexFiles
@testable import MapLayout
import Testing

@Suite("Local maps")
struct LocalMapTests {
    private func squared(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }

    private func product(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    /// The map of all vectors of a flat L2 index.
    private func map(_ vectors: [[Float]], query: [Float], global: IndexMap? = nil, place: QueryPlace? = nil) throws
        -> LocalMap
    {
        let index = try flatIndex(vectors, dimension: query.count)
        return LocalMap(
            index: index, nodes: vectors.indices.map(UInt32.init), distances: vectors.map { squared($0, query) },
            query: query, largerIsNearer: false, global: global, place: place)
    }

    private func reach(_ map: LocalMap) -> [Float] {
        zip(map.x, map.y).map { hypot($0 - map.query.x, $1 - map.query.y) }
    }

    /// The correlation of ranks of the drawn distances from the query with the order of the nodes (Spearman 1904).
    private func inOrder(_ map: LocalMap) -> Double {
        let reach = reach(map)
        var squares = 0.0
        for (rank, node) in reach.indices.sorted(by: { reach[$0] < reach[$1] }).enumerated() {
            squares += Double((rank - node) * (rank - node))
        }
        let count = Double(reach.count)
        return 1 - 6 * squares / (count * (count * count - 1))
    }

    /// The part of the points that stand within 3 pixels of another in a drawing with a radius of 330.
    private func crowded(_ map: LocalMap) -> Double {
        let points = zip(map.x, map.y).map { SIMD2($0 * 330, $1 * 330) }
        let close = points.indices.count { own in
            points.indices.contains { other in
                let apart = points[own] - points[other]
                return other != own && (apart * apart).sum() < 9
            }
        }
        return Double(close) / Double(max(points.count, 1))
    }

    private func isDrawable(_ map: LocalMap) -> Bool {
        map.x.count == map.nodes.count && map.y.count == map.nodes.count
            && reach(map).allSatisfy { $0.isFinite && $0 <= 1.0001 } && map.query.spread.isFinite
    }

    @Test func `nearer to the query is drawn nearer, and hardly a point lies over another`() throws {
        let map = try map(chanceVectors(600, dimension: 24), query: [Float](repeating: 0.1, count: 24))
        #expect(isDrawable(map))
        #expect(inOrder(map) > 0.99)
        #expect(crowded(map) <= 0.05)
        #expect(map.query.spread < 0.01)
    }

    @Test func `groups stay groups`() throws {
        let noise = chanceVectors(300, dimension: 16)
        let vectors = noise.enumerated().map { number, noise in
            noise.enumerated().map { $1 * 0.2 + ($0 % 3 == number % 3 ? 2 : 0) }
        }
        let map = try map(vectors, query: [Float](repeating: 0.7, count: 16))
        let neighbours = try #require(map.neighbours)
        let stress = try #require(map.stress)
        #expect(neighbours > 0.07 && stress < 0.6, "\(neighbours) \(stress)")
        // Of the nearest in the drawing, nearly all are of the same group, where chance has one in three.
        let same = map.nodes.indices.count { own in
            let nearest = map.nodes.indices.filter { $0 != own }.min {
                hypot(map.x[$0] - map.x[own], map.y[$0] - map.y[own])
                    < hypot(map.x[$1] - map.x[own], map.y[$1] - map.y[own])
            }
            return nearest.map { map.nodes[$0] % 3 == map.nodes[own] % 3 } ?? false
        }
        #expect(same > 270, "\(same)")
    }

    @Test func `vectors in a plane are drawn as they lie`() throws {
        let vectors = chanceVectors(200, dimension: 2)
        let map = try map(vectors, query: [0, 0])
        let stress = try #require(map.stress)
        let neighbours = try #require(map.neighbours)
        #expect(stress < 0.5 && neighbours > 0.6, "\(stress) \(neighbours)")
    }

    @Test func `the same search gives the same drawing`() throws {
        let vectors = chanceVectors(300, dimension: 12)
        let first = try map(vectors, query: vectors[7])
        let second = try map(vectors, query: vectors[7])
        #expect(first.x == second.x && first.y == second.y)
        #expect(first.x[0] * first.x[0] + first.y[0] * first.y[0] < 0.01)
    }

    @Test func `the drawing lies as the map of the index does`() throws {
        let vectors = chanceVectors(150, dimension: 2)
        let places = vectors.map { SIMD2($0[0], $0[1]) }
        for turn in [SIMD2<Float>(1, 0), SIMD2(0, 1), SIMD2(-0.6, 0.8)] {
            for mirror in [Float(1), -1] {
                let seen = places.map { place in
                    SIMD2(place.x * turn.x - mirror * place.y * turn.y, place.x * turn.y + mirror * place.y * turn.x)
                        * 20000 + 32768
                }
                let global = IndexMap(
                    nodes: MapNodes(count: 150), x: seen.map { UInt16($0.x) }, y: seen.map { UInt16($0.y) }, cells: nil,
                    method: "", fingerprints: [])
                let map = try map(
                    vectors, query: [0, 0], global: global, place: QueryPlace(x: 32768, y: 32768, spread: 0))
                let agree = zip(map.nodes, zip(map.x, map.y)).count { node, drawn in
                    let place = seen[Int(node)] - 32768
                    return place.x * drawn.0 + place.y * drawn.1 > 0
                }
                #expect(agree > 140, "\(agree) turned by \(turn), mirror \(mirror)")
            }
        }
    }

    @Test(arguments: [0, 1, 2, 3]) func `a few vectors are drawn too`(count: Int) throws {
        let map = try map(chanceVectors(count, dimension: 4), query: [0, 0, 0, 0])
        #expect(map.nodes.count == count && isDrawable(map))
        #expect(crowded(map) == 0)
    }

    @Test func `equal vectors by the thousand are fanned out`() throws {
        let map = try map([[Float]](repeating: [1, 2, 3], count: 1200), query: [0, 0, 0])
        #expect(isDrawable(map) && crowded(map) <= 0.05, "\(crowded(map))")
        let own = try self.map([[Float]](repeating: [1, 2, 3], count: 500), query: [1, 2, 3])
        #expect(isDrawable(own) && crowded(own) <= 0.05, "\(crowded(own))")
    }

    @Test func `vectors on a line keep their order`() throws {
        let map = try map((0..<100).map { [Float($0), Float($0) * 2] }, query: [0, 0])
        #expect(isDrawable(map) && inOrder(map) > 0.99)
    }

    @Test func `components that are no numbers do no harm`() throws {
        var vectors = chanceVectors(50, dimension: 4)
        vectors[3][1] = .nan
        vectors[4] = [.infinity, -.infinity, 3e38, -3e38]
        let map = try map(vectors, query: [0, 0, 0, 0])
        // What was measured as no number has no place among distances.
        #expect(isDrawable(map) && map.nodes.count == 49 && !map.nodes.contains(3))
    }

    @Test(arguments: [Float(1e-45), 1e-30, 1e-23, 3e-23, 1e-22, 1e-21, 1e-19, 1e9, 1e14, 1e18, 3e38])
    func `vectors of any scale are drawn`(scale: Float) throws {
        let vectors = chanceVectors(300, dimension: 6).map { $0.map { $0 * scale } }
        let query = vectors[5]
        #expect(isDrawable(try map(vectors, query: query)))
        let map = LocalMap(
            index: try flatIndex(vectors, dimension: 6, innerProduct: true), nodes: vectors.indices.map(UInt32.init),
            distances: vectors.map { product($0, query) }, query: query, largerIsNearer: true)
        #expect(isDrawable(map))
    }

    @Test func `small vectors are drawn as larger ones are`() throws {
        let vectors = chanceVectors(200, dimension: 4)
        let usual = try #require(try map(vectors, query: vectors[5]).neighbours)
        let small = vectors.map { $0.map { $0 * 1e-20 } }
        let neighbours = try #require(try map(small, query: small[5]).neighbours)
        #expect(usual > 0.2 && neighbours > usual - 0.1, "\(usual) \(neighbours)")
    }

    @Test func `a grid holds every point, whatever its coordinates are`() {
        let odd: [Float] = [.nan, .infinity, -.infinity, 3e38, -3e38, .leastNonzeroMagnitude, 0, 1, -1]
        let points = odd.flatMap { x in odd.map { SIMD2(x, $0) } }
        for side in odd {
            var seen: [Int] = []
            PointGrid(points, side: side).forEachSquare { seen += $0 }
            #expect(seen.sorted() == Array(points.indices))
        }
        PointGrid([], side: .nan).forEachPair { _, _ in Issue.record("there are no points") }
    }

    @Test func `with inner products the largest is nearest, whatever the lengths`() throws {
        let vectors = chanceVectors(200, dimension: 8).enumerated().map { number, vector in
            vector.map { $0 * Float(1 + number % 7) }
        }
        let query: [Float] = [1, 0.5, -0.5, 1, 0, 0, 0.2, -1]
        let index = try flatIndex(vectors, dimension: 8, innerProduct: true)
        let map = LocalMap(
            index: index, nodes: vectors.indices.map(UInt32.init), distances: vectors.map { product($0, query) },
            query: query, largerIsNearer: true)
        let products = map.nodes.map { product(vectors[Int($0)], query) }
        #expect(products == products.sorted(by: >))
        #expect(isDrawable(map) && inOrder(map) > 0.99)
    }

    @Test func `beyond the limit the results and the nearest are drawn, and it says so`() throws {
        let vectors = (0..<2500).map { [Float($0), 0] }
        let index = try flatIndex(vectors, dimension: 2)
        let nodes = [UInt32(2499)] + (0..<2500).map(UInt32.init)
        let map = LocalMap(
            index: index, nodes: nodes, distances: nodes.map { Float($0) * Float($0) }, results: 1, query: [0, 0],
            largerIsNearer: false)
        #expect(map.isSampled && map.nodes == [2499] + (0..<1999).map(UInt32.init))
        #expect(isDrawable(map))
    }

    @Test func `nodes that the index does not have are left out`() throws {
        let index = try flatIndex([[1], [2]], dimension: 1)
        let map = LocalMap(
            index: index, nodes: [0, 7, 0, 1], distances: [1, 1, 1, 4], query: [0], largerIsNearer: false)
        #expect(map.nodes == [0, 1] && !map.isSampled)
    }
}
