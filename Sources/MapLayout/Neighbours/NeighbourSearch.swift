/// Looks for the nearest others of many rows without comparing every pair: a forest of random projection trees gives the
/// first ones (Tang et al. 2016, section 3.1), then rounds look among the neighbours of neighbours (NN-descent, Dong et
/// al. 2011).
///
/// Each row looks for itself in the table of the round before, so that the result does not depend on who is faster.
struct NeighbourSearch {
    private(set) var table: NeighbourTable

    private static let trees = 6
    private static let maxRounds = 4
    /// The search ends when a round has changed at most one entry in so many.
    private static let settled = 50
    /// Rows that one thread looks after at a stretch.
    private static let stretch = 1024

    /// - Parameters:
    ///   - rows: of at least one component.
    ///   - width: at least one.
    init(_ rows: VectorRows, width: Int, seed: UInt64, team: WorkTeam?) {
        table = NeighbourTable(count: rows.count, width: width)
        guard width > 0 else { return }
        // Rows near each other are moved together in memory, where the rounds look for them again and again.
        let order = rows.withMemory { $0.map { ProjectionTree($0, seed: seed).order } ?? [] }
        var found = table
        rows.rows(order.map { Int($0) }).withMemory { memory in
            guard let memory else { return }
            Self.plant(memory, into: &found, seed: seed, team)
            var isNew = [Bool](repeating: true, count: found.ids.count)
            for _ in 0..<Self.maxRounds {
                let changed = Self.improve(&found, &isNew, memory, team)
                if changed <= found.ids.count / Self.settled { break }
            }
        }
        table.withPlaces { places in
            for (place, row) in order.enumerated() {
                for entry in place * width..<(place + 1) * width where found.ids[entry] != .max {
                    places(Int(row)).insert(order[Int(found.ids[entry])], found.squared[entry])
                }
            }
        }
    }

    /// Compares all rows that share a leaf.
    private static func plant(
        _ memory: RowMeter.Memory, into table: inout NeighbourTable, seed: UInt64, _ team: WorkTeam?
    ) {
        var forest = [ProjectionTree?](repeating: nil, count: trees)
        forest.withUnsafeMutableBufferPointer { forest in
            let forest = PartedMemory(forest)
            WorkTeam.run(trees, by: team) { forest[$0] = ProjectionTree(memory, seed: seed &+ 1 &+ UInt64($0)) }
        }
        let stretch = stretch / ProjectionTree.leafSize
        table.withPlaces { places in
            // One tree after the other: in each, a row stands in one leaf and is written by one thread.
            for case let tree? in forest {
                WorkTeam.run((tree.leaves.count + stretch - 1) / stretch, by: team) { part in
                    var meter = RowMeter(memory)
                    for leaf in tree.leaves[part * stretch..<min((part + 1) * stretch, tree.leaves.count)] {
                        let rows = tree.order[leaf]
                        for row in rows {
                            meter.measureSquares(from: Int(row), to: rows)
                            let nearest = places(Int(row))
                            for (offset, other) in rows.enumerated() where other != row {
                                nearest.insert(other, meter.values[offset])
                            }
                        }
                    }
                }
            }
        }
    }

    /// Looks once among the neighbours of each row's neighbours, and of those whose neighbour it is.
    ///
    /// - Parameter isNew: for each entry whether it came in the round before: of a way over two links, one must be new, or
    ///   it was gone before.
    /// - Returns: how many entries have changed.
    private static func improve(
        _ table: inout NeighbourTable, _ isNew: inout [Bool], _ memory: RowMeter.Memory, _ team: WorkTeam?
    ) -> Int {
        let before = table
        let wasNew = isNew
        let width = table.width
        let reverse = ReverseLinks(table)
        let parts = (memory.count + stretch - 1) / stretch
        var changes = [Int](repeating: 0, count: parts)
        table.withPlaces { places in
            isNew.withUnsafeMutableBufferPointer { isNew in
                changes.withUnsafeMutableBufferPointer { changes in
                    let isNew = PartedMemory(isNew)
                    let changes = PartedMemory(changes)
                    WorkTeam.run(parts, by: team) { part in
                        var meter = RowMeter(memory)
                        var candidates: [UInt32] = []
                        // For each row the last one that it was a candidate of.
                        var seen = [UInt32](repeating: .max, count: memory.count)
                        func look(from row: Int, over middle: Int, isNewWay: Bool) {
                            for entry in middle * width..<(middle + 1) * width where isNewWay || wasNew[entry] {
                                let other = before.ids[entry]
                                guard other != .max, seen[Int(other)] != UInt32(row) else { continue }
                                seen[Int(other)] = UInt32(row)
                                candidates.append(other)
                            }
                        }
                        for row in part * stretch..<min((part + 1) * stretch, memory.count) {
                            let own = row * width..<(row + 1) * width
                            candidates.removeAll(keepingCapacity: true)
                            seen[row] = UInt32(row)
                            for entry in own where before.ids[entry] != .max {
                                seen[Int(before.ids[entry])] = UInt32(row)
                            }
                            for entry in own where before.ids[entry] != .max {
                                look(from: row, over: Int(before.ids[entry]), isNewWay: wasNew[entry])
                            }
                            for link in reverse.links(of: row) {
                                let middle = Int(link.row)
                                if seen[middle] != UInt32(row) {
                                    seen[middle] = UInt32(row)
                                    candidates.append(link.row)
                                }
                                look(from: row, over: middle, isNewWay: wasNew[middle * width + Int(link.rank)])
                            }
                            meter.measureSquares(from: row, to: candidates)
                            let nearest = places(row)
                            for (offset, other) in candidates.enumerated() {
                                nearest.insert(other, meter.values[offset])
                            }
                            changes[part] += Self.mark(nearest, isNew, before, own)
                        }
                    }
                }
            }
        }
        return changes.reduce(0, +)
    }

    /// Marks the entries of a row that were not there before.
    private static func mark(
        _ nearest: NearestPlaces, _ isNew: PartedMemory<Bool>, _ before: NeighbourTable, _ own: Range<Int>
    ) -> Int {
        var changes = 0
        // Both are in the same order, so what is left of the old ones is met in turn.
        var old = own.lowerBound
        for (offset, entry) in own.enumerated() {
            let id = nearest.ids[offset]
            let isOld = old < own.upperBound && before.ids[old] == id
            isNew[entry] = !isOld
            if isOld { old += 1 } else { changes += 1 }
        }
        return changes
    }
}
