import IndexFiles
@testable import MapLayout
import Testing

@Suite("Query places")
struct QueryPlaceTests {
    private func map(_ places: [(x: Int, y: Int)]) -> IndexMap {
        IndexMap(
            nodes: MapNodes(count: places.count), x: places.map { UInt16($0.x) }, y: places.map { UInt16($0.y) },
            cells: nil, method: "", fingerprints: [])
    }

    private func evaluated(_ distances: [Float]) -> [(node: UInt32, distance: Float)] {
        distances.enumerated().map { (node: UInt32($0), distance: $1) }
    }

    /// Eight places round (10000, 10000) and eight round (50000, 50000).
    private var twoGroups: IndexMap {
        let ring = [(0, 0), (300, 0), (0, 300), (-300, 0), (0, -300), (200, 200), (-200, 200), (200, -200)]
        return map(ring.map { (10000 + $0.0, 10000 + $0.1) } + ring.map { (50000 + $0.0, 50000 + $0.1) })
    }

    @Test func `of two far groups the nearer one has the query, and the spread says that there is another`() throws {
        let near = evaluated((0..<16).map { $0 < 8 ? 1 + 0.01 * Float($0) : 1.1 + 0.01 * Float($0) })
        let place = try #require(twoGroups.place(evaluated: near, form: .plain))
        #expect(abs(Int(place.x) - 10000) < 1000 && abs(Int(place.y) - 10000) < 1000)
        #expect(place.spread > 5000)
    }

    @Test func `a query that only one group is near has a small spread`() throws {
        let near = evaluated((0..<16).map { $0 < 8 ? 1 + 0.01 * Float($0) : 9 })
        let place = try #require(twoGroups.place(evaluated: near, form: .plain))
        #expect(abs(Int(place.x) - 10000) < 400 && abs(Int(place.y) - 10000) < 400)
        #expect(place.spread < 6000)
    }

    @Test func `a query that equals a stored vector stands on it`() throws {
        let distances = evaluated((0..<16).map { $0 == 11 ? 0 : 1 + Float($0) })
        for form in [DistanceForm.squared, .cosine] {
            let place = try #require(twoGroups.place(evaluated: distances, form: form))
            #expect(place == QueryPlace(x: twoGroups.x[11], y: twoGroups.y[11], spread: 0))
        }
    }

    @Test func `nothing evaluated is no place`() {
        #expect(twoGroups.place(evaluated: [(node: UInt32, distance: Float)](), form: .plain) == nil)
        #expect(twoGroups.place(evaluated: [(node: 16, distance: 1)], form: .plain) == nil)
        #expect(twoGroups.place(evaluated: evaluated([.nan, .infinity]), form: .plain) == nil)
    }

    @Test func `distances that are no numbers tell nothing`() throws {
        let place = try #require(twoGroups.place(evaluated: evaluated([.nan, .nan, 2, .nan]), form: .squared))
        #expect(place == QueryPlace(x: twoGroups.x[2], y: twoGroups.y[2], spread: 0))
    }

    @Test func `the largest likeness is nearest`() throws {
        let products = evaluated((0..<16).map { Float($0) })
        let place = try #require(twoGroups.place(evaluated: products, form: .likeness))
        #expect(place.x > 45000 && place.y > 45000)
        let distances = try #require(twoGroups.place(evaluated: products, form: .plain))
        #expect(distances.x < 15000 && distances.y < 15000)
    }

    @Test func `what is measured twice counts once`() throws {
        let once = evaluated((0..<16).map { 1 + Float($0) })
        let again = once + once.reversed()
        #expect(twoGroups.place(evaluated: once, form: .plain) == twoGroups.place(evaluated: again, form: .plain))
    }

    @Test(arguments: [Float.leastNonzeroMagnitude, 7 * Float.leastNonzeroMagnitude, 1e-30, 1, 1e30] as [Float])
    func `many at the least distance share the place, however small the steps to the others are`(step: Float) throws {
        let likenesses = evaluated((0..<16).map { $0 < 8 ? 0 : -step * Float($0 - 7) })
        let place = try #require(twoGroups.place(evaluated: likenesses, form: .likeness))
        #expect(abs(Int(place.x) - 10000) < 400 && abs(Int(place.y) - 10000) < 400)
        var anchors = QueryAnchors()
        for (node, distance) in likenesses { anchors.offer(node, -distance) }
        #expect(anchors.weights(startAtZero: false) == (0..<15).map { $0 < 8 ? 1 : 0 })
    }

    @Test func `what is no number stands in the middle of the map`() {
        #expect(MapFrame.mapUnit(.nan) == 32767)
        #expect(MapFrame.mapUnit(.infinity) == 65535 && MapFrame.mapUnit(-.infinity) == 0)
    }

    @Test func `the weights sum to the binary logarithm of their number`() {
        var anchors = QueryAnchors()
        for node in 0..<40 { anchors.offer(UInt32(node), 3 + Float(node * node) / 10) }
        let weights = anchors.weights(startAtZero: true)
        #expect(weights.count == 15 && weights[0] == 1)
        #expect(abs(weights.reduce(0, +) - 3.9069) < 0.001)
    }
}
