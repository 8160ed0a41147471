/// For each of some rows its nearest others by squared L2, nearest first, equal distances by number.
struct NeighbourTable: Sendable, Equatable {
    /// Others of each row.
    let width: Int
    /// `width` for each row; `UInt32.max` where there are no more others.
    private(set) var ids: [UInt32]
    /// As `ids`; infinity where there are no more others.
    private(set) var squared: [Float]

    /// Up to so many rows every pair is compared.
    static let maxExact = 4096
    /// Rows that are compared at a stretch with as many others, so that both stay in the processor's cache.
    private static let block = 64

    /// A table that nothing has been put in.
    init(count: Int, width: Int) {
        self.width = max(0, width)
        ids = Array(repeating: .max, count: count * self.width)
        squared = Array(repeating: .infinity, count: count * self.width)
    }

    var count: Int { width > 0 ? ids.count / width : 0 }

    /// Exact for few rows and else approximate, see `NeighbourSearch`; the same for any number of threads.
    static func nearest(of rows: VectorRows, width: Int, seed: UInt64, threads team: WorkTeam?) -> NeighbourTable {
        if rows.dimension == 0 { return alike(rows.count, width: width) }
        return rows.count <= maxExact
            ? exact(rows, width: width, team) : NeighbourSearch(rows, width: width, seed: seed, team: team).table
    }

    /// Compares every pair.
    static func exact(_ rows: VectorRows, width: Int, _ team: WorkTeam?) -> NeighbourTable {
        var table = NeighbourTable(count: rows.count, width: width)
        guard width > 0 else { return table }
        table.withPlaces { places in
            rows.withMemory { memory in
                guard let memory else { return }
                WorkTeam.run((memory.count + block - 1) / block, by: team) { part in
                    var meter = RowMeter(memory)
                    for first in stride(from: 0, to: memory.count, by: block) {
                        let others = UInt32(first)..<UInt32(min(first + block, memory.count))
                        for row in part * block..<min((part + 1) * block, memory.count) {
                            meter.measureSquares(from: row, to: others)
                            let nearest = places(row)
                            for (offset, other) in others.enumerated() where Int(other) != row {
                                nearest.insert(other, meter.values[offset])
                            }
                        }
                    }
                }
            }
        }
        return table
    }

    /// The table of rows that have no components: all are alike.
    private static func alike(_ count: Int, width: Int) -> NeighbourTable {
        var table = NeighbourTable(count: count, width: width)
        guard width > 0 else { return table }
        table.withPlaces { places in
            for row in 0..<count {
                for other in 0..<min(width + 1, count) where other != row { places(row).insert(UInt32(other), 0) }
            }
        }
        return table
    }

    /// Lends out the places of each row for writing; several threads may write those of different rows.
    mutating func withPlaces(_ body: (_ places: @escaping @Sendable (_ row: Int) -> NearestPlaces) -> Void) {
        let width = width
        ids.withUnsafeMutableBufferPointer { ids in
            squared.withUnsafeMutableBufferPointer { squared in
                let ids = PartedMemory(ids)
                let squared = PartedMemory(squared)
                body { row in
                    NearestPlaces(
                        ids: UnsafeMutableBufferPointer(rebasing: ids.buffer[row * width..<(row + 1) * width]),
                        squared: UnsafeMutableBufferPointer(rebasing: squared.buffer[row * width..<(row + 1) * width]))
                }
            }
        }
    }
}
