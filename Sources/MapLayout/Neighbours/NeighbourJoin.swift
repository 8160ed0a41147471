/// One round of NN-descent (Dong et al. 2011): the neighbours of each row, and those whose neighbour it is, are compared
/// with each other, as they are probably near each other, too.
///
/// They are few and compared many times, so that they stay in the processor's cache. What is found is put into the table
/// after a block of rows, and a table's row holds the nearest whatever came first: the result does not depend on who is
/// faster.
struct NeighbourJoin {
    /// How near two rows are.
    private struct Find {
        let row: UInt32
        let other: UInt32
        let squared: Float
    }

    /// What one part of a block has found.
    ///
    /// `@unchecked Sendable`: one thread writes it, and it is read when that is done.
    private final class Finds: @unchecked Sendable {
        /// By the rows that they are for, `NeighbourJoin.share` rows together.
        var shares: [[Find]]

        init(shares: Int) { self.shares = Array(repeating: [], count: shares) }

        @inline(__always)
        func add(_ row: UInt32, _ other: UInt32, _ squared: Float) {
            shares[Int(row) / NeighbourJoin.share].append(Find(row: row, other: other, squared: squared))
        }
    }

    /// Rows that one thread looks after at a stretch.
    private static let stretch = 256
    /// Rows whose neighbours are compared before the finds are put into the table: it limits their number, and the farther
    /// the table is, the fewer are worth keeping.
    private static let block = 4096
    /// Rows whose finds one thread puts into the table.
    private static let share = 4096

    private let memory: RowMeter.Memory
    private let before: NeighbourTable
    private let wasNew: [Bool]
    private let reverse: ReverseLinks

    /// - Parameter isNew: for each entry whether it came in the round before: of two rows that are compared one must be new,
    ///   or they have been compared already. Tells of this round afterwards.
    /// - Returns: how many entries have changed.
    static func run(
        _ table: inout NeighbourTable, _ isNew: inout [Bool], _ memory: RowMeter.Memory, _ team: WorkTeam?
    ) -> Int {
        let join = NeighbourJoin(
            memory: memory, before: table, wasNew: isNew, reverse: ReverseLinks(table))
        table.withPlaces { places in
            for start in stride(from: 0, to: memory.count, by: block) {
                join.runBlock(start..<min(start + block, memory.count), places, team)
            }
        }
        return join.mark(&isNew, table)
    }

    private func runBlock(
        _ rows: Range<Int>, _ places: @escaping @Sendable (Int) -> NearestPlaces, _ team: WorkTeam?
    ) {
        let shares = (memory.count + Self.share - 1) / Self.share
        let parts = (rows.count + Self.stretch - 1) / Self.stretch
        let finds = (0..<parts).map { _ in Finds(shares: shares) }
        WorkTeam.run(parts, by: team) { part in
            let start = rows.lowerBound + part * Self.stretch
            compare(start..<min(start + Self.stretch, rows.upperBound), places, finds[part])
        }
        WorkTeam.run(shares, by: team) { share in
            for part in finds {
                for find in part.shares[share] { places(Int(find.row)).insert(find.other, find.squared) }
            }
        }
    }

    private func compare(_ rows: Range<Int>, _ places: (Int) -> NearestPlaces, _ finds: Finds) {
        let width = before.width
        var meter = RowMeter(memory)
        var new: [UInt32] = []
        var old: [UInt32] = []
        // How far the farthest is that each of them has.
        var limits: [Float] = []
        for row in rows {
            new.removeAll(keepingCapacity: true)
            old.removeAll(keepingCapacity: true)
            func meet(_ other: UInt32, isNew: Bool) {
                guard !new.contains(other), !old.contains(other) else { return }
                if isNew { new.append(other) } else { old.append(other) }
            }
            for entry in row * width..<(row + 1) * width where before.ids[entry] != .max {
                meet(before.ids[entry], isNew: wasNew[entry])
            }
            for link in reverse.links(of: row) {
                meet(link.row, isNew: wasNew[Int(link.row) * width + Int(link.rank)])
            }
            guard !new.isEmpty else { continue }
            let newCount = new.count
            new.append(contentsOf: old)
            meter.prepare(new)
            limits.removeAll(keepingCapacity: true)
            for other in new { limits.append(places(Int(other)).squared[width - 1]) }
            for place in 0..<newCount {
                let others = place + 1..<new.count
                meter.measureSquares(fromPrepared: place, to: others)
                let limit = limits[place]
                for other in others {
                    let squared = meter.values[other - place - 1]
                    guard squared < limit || squared < limits[other] else { continue }
                    if squared < limit { finds.add(new[place], new[other], squared) }
                    if squared < limits[other] { finds.add(new[other], new[place], squared) }
                }
            }
        }
    }

    /// Marks the entries that were not there before.
    private func mark(_ isNew: inout [Bool], _ table: NeighbourTable) -> Int {
        let width = table.width
        var changes = 0
        for row in 0..<table.count {
            // Both are in the same order and only the farthest are lost, so what is left of the old ones is met in turn.
            var old = row * width
            for entry in row * width..<(row + 1) * width {
                let isOld = old < (row + 1) * width && before.ids[old] == table.ids[entry]
                isNew[entry] = !isOld
                if isOld { old += 1 } else { changes += 1 }
            }
        }
        return changes
    }
}
