import Foundation
import IndexFiles
import Testing

@testable import MapLayout

/// What a new revision does to a map.
@Suite("Maps from one revision to the next")
struct MapStabilityTests {
    private func rows(_ count: Int, seed: UInt64 = 3) -> [[Float]] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { row in (0..<8).map { Float(row % 5 == $0 ? 6 : 0) + random.unit() } }
    }

    private func shifts(_ before: IndexMap, _ after: IndexMap, _ count: Int) -> [Double] {
        (0..<count).map {
            hypot(Double(before.x[$0]) - Double(after.x[$0]), Double(before.y[$0]) - Double(after.y[$0])) / 65535
        }.sorted()
    }

    @Test func `newcomers hardly move those that are there`() throws {
        let all = rows(1050)
        let before = try #require(IndexMap(of: MadeIndex.flat(Array(all.prefix(1000)))))
        let after = try #require(IndexMap(of: MadeIndex.flat(all), previous: before))
        let shifts = shifts(before, after, 1000)
        #expect(shifts[990] <= 0.02, "\(shifts[990])")
        #expect(shifts[500] < 0.002)
        // And they stand with their own kind.
        for new in 1000..<1050 {
            let near = (0..<1000).sorted { a, b in
                func length(_ other: Int) -> Double {
                    hypot(Double(after.x[new]) - Double(after.x[other]), Double(after.y[new]) - Double(after.y[other]))
                }
                return length(a) < length(b)
            }.prefix(7)
            #expect(near.filter { $0 % 5 == new % 5 }.count >= 4)
        }
    }

    @Test("a map that grows again and again has room for all", arguments: [1, 10])
    func growing(first: Int) throws {
        let all = rows(400)
        var map = try #require(IndexMap(of: MadeIndex.flat(Array(all.prefix(first)))))
        var count = first
        while count < 400 {
            count = min(400, count + max(1, count * 3 / 10))
            map = try #require(IndexMap(of: MadeIndex.flat(Array(all.prefix(count))), previous: map))
        }
        // Hardly any are in the margin, and they don't stand on each other.
        let inside = (0..<400).count { (3000...62_000).contains(map.x[$0]) && (3000...62_000).contains(map.y[$0]) }
        #expect(inside > 320, "\(inside)")
        #expect(Set(zip(map.x, map.y).map { Int($0) << 16 | Int($1) }).count > 390)
    }

    @Test func `what is taken away moves nothing`() throws {
        let all = rows(600)
        let before = try #require(IndexMap(of: MadeIndex.flat(all)))
        let after = try #require(IndexMap(of: MadeIndex.flat(Array(all.prefix(500))), previous: before))
        #expect(after.x == Array(before.x.prefix(500)) && after.y == Array(before.y.prefix(500)))
    }

    @Test func `a map of mostly other vectors is turned towards the one before`() throws {
        let old = rows(500)
        let before = try #require(IndexMap(of: MadeIndex.flat(old)))
        // A fifth is the same; the labels are the positions.
        let mixed = Array(old.prefix(100)) + rows(400, seed: 77)
        let after = try #require(IndexMap(of: MadeIndex.flat(mixed), previous: before))
        let known = Alignment.turned(
            x: (0..<100).map { Float(after.x[$0]) }, y: (0..<100).map { Float(after.y[$0]) },
            to: (0..<100).map { (Float(before.x[$0]), Float(before.y[$0])) })
        // No turn would bring them nearer than they are.
        let meanX = (0..<100).reduce(Float(0)) { $0 + Float(after.x[$1]) } / 100
        let meanY = (0..<100).reduce(Float(0)) { $0 + Float(after.y[$1]) } / 100
        let turns = (0..<100).map { place in
            hypot(known.x[place] - (Float(after.x[place]) - meanX), known.y[place] - (Float(after.y[place]) - meanY))
        }
        let reach = (0..<100).map { hypot(Float(after.x[$0]) - meanX, Float(after.y[$0]) - meanY) }
        #expect(turns.reduce(0, +) < 0.35 * reach.reduce(0, +))
    }

    @Test("a turn is found again", arguments: [false, true])
    func turn(isReflected: Bool) {
        let x: [Float] = [0, 4, 1, -3, 2]
        let y: [Float] = [1, 0, -2, 3, 5]
        let targets = zip(x, y).map { x, y in
            (x: -y * 3 + 10, y: (isReflected ? -1 : 1) * x * 3 - 4) as (x: Float, y: Float)?
        }
        let turned = Alignment.turned(x: x, y: y, to: targets)
        for (place, target) in targets.enumerated() {
            let other = targets[(place + 1) % 5]
            guard let target, let other else { continue }
            #expect(abs((turned.x[place] - turned.x[(place + 1) % 5]) * 3 - (target.x - other.x)) < 1e-3)
            #expect(abs((turned.y[place] - turned.y[(place + 1) % 5]) * 3 - (target.y - other.y)) < 1e-3)
        }
    }

    @Test func `cells stand still while their lists grow`() throws {
        let index = try MadeIndex.demo("faiss_ivf128_flat_l2")
        let before = try #require(IndexMap(of: index, threads: 1))
        let again = try #require(IndexMap(of: index, threads: 3))
        #expect(before.cells == again.cells && before.x == again.x)
        let sites = try #require(before.sites)
        #expect(sites.fingerprints.count == 128 && sites == again.sites)
    }
}
