import Testing

@testable import MapLayout

@Suite("Tables of neighbours")
struct NeighbourTableTests {
    /// Rows around a few middles, in a few dimensions.
    private func rows(_ count: Int, dimension: Int, seed: UInt64 = 1) -> VectorRows {
        var random = SplitMix64(seed: seed)
        let middles = (0..<20).map { _ in (0..<dimension).map { _ in random.unit() * 4 } }
        return VectorRows(
            count: count, dimension: dimension,
            values: (0..<count).flatMap { row in middles[row % 20].map { $0 + random.unit() + random.unit() } })
    }

    /// The nearest others of a row, by comparing it with all.
    private func truth(_ rows: VectorRows, _ row: Int, _ width: Int) -> [UInt32] {
        let distances = (0..<rows.count).map { other in
            (0..<rows.dimension).reduce(Float(0)) { sum, component in
                let difference =
                    rows.values[row * rows.dimension + component] - rows.values[other * rows.dimension + component]
                return sum + difference * difference
            }
        }
        return Array(
            rows.values.isEmpty
                ? []
                : (0..<rows.count).filter { $0 != row }.sorted { (distances[$0], $0) < (distances[$1], $1) }
                    .prefix(width).map { UInt32($0) })
    }

    @Test func `few rows are compared with all others`() {
        let rows = rows(300, dimension: 5)
        let table = NeighbourTable.nearest(of: rows, width: 12, seed: 1, threads: nil)
        for row in 0..<300 { #expect(Array(table.ids[row * 12..<(row + 1) * 12]) == truth(rows, row, 12)) }
    }

    @Test func `of many rows nearly all neighbours are found`() {
        let rows = rows(6000, dimension: 12)
        let table = NeighbourTable.nearest(of: rows, width: 15, seed: 1, threads: nil)
        var found = 0
        for row in stride(from: 0, to: 6000, by: 30) {
            found += Set(table.ids[row * 15..<(row + 1) * 15]).intersection(truth(rows, row, 15)).count
            let distances = table.squared[row * 15..<(row + 1) * 15]
            #expect(Array(distances) == distances.sorted())
            #expect(!table.ids[row * 15..<(row + 1) * 15].contains(UInt32(row)))
        }
        #expect(Double(found) / (200 * 15) > 0.95)
    }

    @Test func `of many rows that form no clusters most neighbours are found`() {
        var random = SplitMix64(seed: 8)
        let rows = VectorRows(count: 6000, dimension: 20, values: (0..<6000 * 20).map { _ in random.unit() })
        let table = NeighbourTable.nearest(of: rows, width: 15, seed: 1, threads: nil)
        var found = 0
        for row in stride(from: 0, to: 6000, by: 60) {
            found += Set(table.ids[row * 15..<(row + 1) * 15]).intersection(truth(rows, row, 15)).count
        }
        #expect(Double(found) / (100 * 15) > 0.96)
    }

    @Test(arguments: [1000, 6000])
    func `three threads find the same as one`(count: Int) {
        let rows = rows(count, dimension: 8)
        let alone = NeighbourTable.nearest(of: rows, width: 10, seed: 3, threads: nil)
        #expect(
            alone == NeighbourTable.nearest(of: rows, width: 10, seed: 3, threads: WorkTeam(threads: 3, niceness: 0)))
    }

    @Test(arguments: [0, 1, 2, 4])
    func `places that no other row can take are left free`(count: Int) {
        let table = NeighbourTable.nearest(of: rows(count, dimension: 3), width: 5, seed: 1, threads: nil)
        #expect(table.ids.count == count * 5 && table.squared.count == count * 5)
        for row in 0..<count {
            let free = zip(table.ids, table.squared).dropFirst(row * 5).prefix(5).dropFirst(count - 1)
            #expect(free.allSatisfy { $0.0 == .max && $0.1 == .infinity })
        }
    }

    @Test func `rows that are all alike are each other's neighbours`() {
        for count in [100, 10_000] {
            let same = VectorRows(count: count, dimension: 4, values: Array(repeating: 2, count: count * 4))
            let table = NeighbourTable.nearest(of: same, width: 6, seed: 1, threads: nil)
            #expect(table.squared.allSatisfy { $0 == 0 })
            for row in 0..<count { #expect(Set(table.ids[row * 6..<(row + 1) * 6]).count == 6) }
        }
    }

    @Test func `thousands of twins do not hide the rows that differ`() {
        var values = rows(9000, dimension: 4).values
        for component in 0..<5000 * 4 { values[component] = 9 }
        let rows = VectorRows(count: 9000, dimension: 4, values: values)
        let table = NeighbourTable.nearest(of: rows, width: 8, seed: 1, threads: nil)
        var found = 0
        for row in stride(from: 5000, to: 9000, by: 40) {
            found += Set(table.ids[row * 8..<(row + 1) * 8]).intersection(truth(rows, row, 8)).count
        }
        #expect(Double(found) / 800 > 0.95)
    }

    @Test func `rows without components are alike, the first are the nearest`() {
        let table = NeighbourTable.nearest(
            of: VectorRows(count: 5000, dimension: 0, values: []), width: 3, seed: 1, threads: nil)
        #expect(table.ids[0..<6] == [1, 2, 3, 0, 2, 3] && table.squared.allSatisfy { $0 == 0 })
    }
}
