import Testing

@testable import MapLayout

@Suite("Density of a map")
struct MapDensityTests {
    @Test func `every node is counted in its square`() {
        let draft = MadeMap.draft(count: 5000)
        let density = MapDensity(draft)
        #expect(density.from == 5000 && density.counts.reduce(0, +) == 5000)
        for place in [0, 17, 4999] {
            let square = Int(draft.y[place] / 256) * 256 + Int(draft.x[place] / 256)
            #expect(density.counts[square] > 0)
        }
        #expect(density.most == Int(density.counts.max() ?? 0))
        let fullest = density.counts.firstIndex { Int($0) == density.most } ?? 0
        #expect(density.density[fullest] == 65535)
        for (count, value) in zip(density.counts, density.density) {
            let part = Double(value) / 65535
            #expect(abs(part * part * Double(density.most) - Double(count)) < 0.1)
        }
    }

    @Test func `counts from some of the nodes are scaled, and say from how many`() {
        let draft = MadeMap.draft(count: 4000, placed: 1000)
        let density = MapDensity(draft)
        #expect(density.from == 1000 && density.counts.reduce(0, +) == 1000)
        #expect(density.most == 4 * Int(density.counts.max() ?? 0))
    }

    @Test func `a map without nodes has a density of nothing`() {
        let density = MapDensity(MadeMap.draft(count: 0))
        #expect(density.from == 0 && density.most == 0 && density.density.allSatisfy { $0 == 0 })
    }
}
