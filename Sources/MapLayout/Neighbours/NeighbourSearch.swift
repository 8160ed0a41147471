/// Looks for the nearest others of many rows without comparing every pair: a forest of random projection trees gives the
/// first ones (Tang et al. 2016, section 3.1), then rounds look among the neighbours of neighbours (NN-descent, Dong et
/// al. 2011), see `NeighbourJoin`.
struct NeighbourSearch {
    private(set) var table: NeighbourTable

    private static let trees = 8
    /// Neighbours beyond those wanted that the search works with: the more, the more ways lead to a row.
    private static let spare = 6
    private static let maxRounds = 8
    /// The search ends when a round has changed at most one entry in so many.
    private static let settled = 25
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
        let working = min(width + Self.spare, max(width, rows.count - 1))
        var found = NeighbourTable(count: rows.count, width: working)
        rows.rows(order.map { Int($0) }).withMemory { memory in
            guard let memory else { return }
            Self.plant(memory, into: &found, seed: seed, team)
            var isNew = [Bool](repeating: true, count: found.ids.count)
            for _ in 0..<Self.maxRounds {
                let changed = NeighbourJoin.run(&found, &isNew, memory, team)
                if changed <= found.ids.count / Self.settled { break }
            }
        }
        table.withPlaces { places in
            for (place, row) in order.enumerated() {
                for entry in place * working..<place * working + width where found.ids[entry] != .max {
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
}
