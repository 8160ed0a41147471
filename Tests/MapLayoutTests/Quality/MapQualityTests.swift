import IndexFiles
import Synchronization
import Testing

@testable import MapLayout

@Suite("Quality of maps")
struct MapQualityTests {
    /// Four whole components below 1000 a vector.
    private func vectors(_ count: Int) -> [[Float]] {
        let numbers = MadeIndex.numbers(4 * count, seed: UInt64(count), below: 1000)
        return (0..<count).map { row in (0..<4).map { Float(numbers[4 * row + $0]) } }
    }

    /// Places by chance.
    private func chanceMap(_ count: Int) -> IndexMap {
        let numbers = MadeIndex.numbers(2 * count, seed: UInt64(count) + 1, below: 65536).map { UInt16($0) }
        return MadeIndex.map(x: (0..<count).map { numbers[2 * $0] }, y: (0..<count).map { numbers[2 * $0 + 1] })
    }

    /// The vectors' first two components.
    private func shadow(_ rows: [[Float]]) -> IndexMap {
        MadeIndex.map(x: rows.map { UInt16($0[0] * 65) }, y: rows.map { UInt16($0[1] * 65) })
    }

    /// `sklearn.manifold.trustworthiness(vectors, places, n_neighbors=15)` of scikit-learn 1.9.1, and the share of the 15
    /// nearest in both, of the same numbers.
    @Test(arguments: [
        (32, 0.505787037037037, 0.47708333333333336, 0.8018518518518518, 0.7166666666666667),
        (60, 0.5237537537537538, 0.24666666666666667, 0.8378978978978979, 0.5933333333333334),
        (120, 0.5193298969072165, 0.13, 0.8202691867124857, 0.42444444444444446),
    ])
    func `figures are those of scikit-learn`(
        count: Int, chance: Double, chanceKept: Double, shadowed: Double, shadowKept: Double
    ) throws {
        let rows = vectors(count)
        let index = try MadeIndex.flat(rows)
        let random = try #require(MapQuality(of: chanceMap(count), index))
        #expect(abs(random.trustworthiness - chance) < 1e-12 && abs(random.kept - chanceKept) < 1e-12)
        let flat = try #require(MapQuality(of: shadow(rows), index))
        #expect(abs(flat.trustworthiness - shadowed) < 1e-12 && abs(flat.kept - shadowKept) < 1e-12)
        #expect(flat.sampled == count && flat.among == count && flat.nodes == count)
    }

    @Test func `a map of what lies in a plane is perfect`() throws {
        let rows = vectors(400).map { [$0[0], $0[1], 0, 0] }
        let quality = try #require(MapQuality(of: shadow(rows), MadeIndex.flat(rows)))
        #expect(quality.trustworthiness == 1 && quality.kept == 1)
        #expect(quality.sampled == 300 && quality.among == 400)
    }

    @Test func `duplicates are each other's neighbours in truth and on the map`() throws {
        let rows = (0..<2000).map { [Float($0 % 3), 0] }
        let map = MadeIndex.map(x: rows.map { UInt16($0[0] * 100) }, y: rows.map { _ in 5 })
        let quality = try #require(MapQuality(of: map, MadeIndex.flat(rows)))
        #expect(quality.trustworthiness == 1 && quality.kept == 1)
        #expect(quality.misplaced.count == 0)
    }

    @Test func `vectors that are no numbers are far from all, and nothing more`() throws {
        var rows = vectors(60)
        rows[7] = [.nan, .infinity, 0, 1]
        rows[8] = [3e38, -3e38, 3e38, 3e38]
        let quality = try #require(MapQuality(of: chanceMap(60), MadeIndex.flat(rows)))
        #expect((0...1).contains(quality.trustworthiness) && (0...1).contains(quality.kept))
    }

    @Test func `few vectors have no quality, and one more than the neighbours is always right`() throws {
        for count in [0, 1, 15] {
            #expect(try MapQuality(of: chanceMap(count), MadeIndex.flat(vectors(count))) == nil)
        }
        for count in 16...31 {
            let quality = try #require(MapQuality(of: chanceMap(count), MadeIndex.flat(vectors(count))))
            #expect((0...1).contains(quality.trustworthiness), "\(count): \(quality.trustworthiness)")
        }
        let all = try #require(MapQuality(of: chanceMap(16), MadeIndex.flat(vectors(16))))
        #expect(all.trustworthiness == 1 && all.kept == 1)
    }

    @Test func `the same seed gives the same figures, another one others`() throws {
        let rows = vectors(3000)
        let index = try MadeIndex.flat(rows)
        let map = shadow(rows)
        let first = try #require(MapQuality(of: map, index))
        #expect(MapQuality(of: map, index) == first)
        let other = try #require(MapQuality(of: map, index, seed: 2))
        #expect(other != first && abs(other.trustworthiness - first.trustworthiness) < 0.05)
    }

    @Test func `measuring stops when it is told`() throws {
        let index = try MadeIndex.flat(vectors(2000))
        let asked = Atomic(0)
        let isStopped =
            MapQuality(of: chanceMap(2000), index) { asked.add(1, ordering: .relaxed).newValue > 3 } == nil
        #expect(isStopped && asked.load(ordering: .relaxed) == 4)
    }

    @Test func `a chance sample holds each number once, in order`() {
        let sample = QualitySample(count: 250_000, dimension: 8, seed: 3)
        #expect(sample.among.count == QualitySample.maxAmong && sample.chosen.count == QualitySample.maxChosen)
        #expect(zip(sample.among, sample.among.dropFirst()).allSatisfy { $0 < $1 })
        #expect(zip(sample.chosen, sample.chosen.dropFirst()).allSatisfy { $0 < $1 })
        #expect(sample.among.last.map { $0 < 250_000 } == true)
        // Evenly: each tenth of the numbers has its tenth of the sample.
        for tenth in 0..<10 {
            let count = sample.among.count { $0 / 25_000 == tenth }
            #expect(abs(count - 10_000) < 500, "\(count)")
        }
        #expect(QualitySample(count: 100_000, dimension: 4096, seed: 3).chosen.count == 50)
    }

    @Test func `a node that is put far from its neighbours is among the most misplaced`() throws {
        let index = try MadeIndex.demo("hnswlib_M6_ef30_l2")
        let map = try #require(IndexMap(of: index))
        let before = try #require(MapQuality(of: map, index)).misplaced
        let node = 123
        var x = map.x
        var y = map.y
        x[node] = x[node] < 32768 ? 65535 : 0
        y[node] = y[node] < 32768 ? 65535 : 0
        let moved = IndexMap(
            nodes: map.nodes, x: x, y: y, cells: nil, method: map.method, fingerprints: map.fingerprints)
        let after = try #require(MapQuality(of: moved, index)).misplaced
        #expect(after.nodes.prefix(5).contains(123))
        #expect(!before.nodes.prefix(5).contains(123))
        #expect(after.stretches.allSatisfy { $0 > MisplacedNodes.threshold })
        #expect(zip(after.stretches, after.stretches.dropFirst()).allSatisfy { $0 >= $1 })
        #expect(after.count >= after.nodes.count && after.nodes.count <= MisplacedNodes.maxNodes)
    }

    @Test(arguments: ["faiss_ivf128_flat_l2", "hnswlib_M6_ef30_l2"])
    func `the demo's maps can be trusted`(name: String) throws {
        let index = try MadeIndex.demo(name)
        let map = try #require(IndexMap(of: index))
        let quality = try #require(MapQuality(of: map, index))
        #expect(quality.trustworthiness > 0.7 && quality.kept > 0.15, "\(quality.trustworthiness) \(quality.kept)")
        #expect(quality.misplaced.lookedAt == (index.structure.graph == nil ? 300 : 1000))
        #expect(try MapQuality(stored: quality.stored()) == quality)
    }

    @Test func `stored figures that were cut short or damaged are refused`() throws {
        let quality = MapQuality(
            trustworthiness: 0.9, kept: 0.4, sampled: 30, among: 40, nodes: 50,
            misplaced: MisplacedNodes(nodes: [3, 49], stretches: [9, 4], count: 7, lookedAt: 30))
        let bytes = quality.stored()
        #expect(try MapQuality(stored: bytes) == quality)
        for count in bytes.indices {
            #expect(throws: MapStoreError.self) { try MapQuality(stored: Array(bytes[..<count])) }
        }
        let odd = MapQuality(
            trustworthiness: .nan, kept: 0.4, sampled: 30, among: 40, nodes: 50, misplaced: quality.misplaced)
        let beyond = MapQuality(
            trustworthiness: 0.9, kept: 0.4, sampled: 30, among: 40, nodes: 49, misplaced: quality.misplaced)
        for bytes in [odd.stored(), beyond.stored(), MadeIndex.map.stored()] {
            #expect(throws: MapStoreError.self) { try MapQuality(stored: bytes) }
        }
    }
}
