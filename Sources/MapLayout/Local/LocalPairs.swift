internal import CVectorKernels

/// Two candidates and how far apart they are to be drawn.
struct LocalPair {
    let first: UInt16
    let second: UInt16
    var length: Float
}

/// The pairs that a local map is drawn by: each candidate with its nearest, and with some that are spread over all.
///
/// The nearest are looked for among those that have one of their two nearest pivots for the nearest: an inverted file
/// made on the spot, which costs a fraction of comparing all with all.
struct LocalPairs {
    /// True distances, in the units of the space.
    private(set) var pairs: [LocalPair] = []
    /// The first so many are those of near candidates.
    private(set) var nearCount = 0

    static let neighbours = 8
    /// Candidates that every other is paired with: few where there are many.
    private static let pivotRange = 16...64
    /// Pairs with pivots that there is time for.
    private static let maxPivotPairs = 24_000
    /// Up to so many, all are compared with all when the nearest are looked for.
    private static let maxInOneCell = 256

    /// - Parameter order: all candidates, nearest to the query first; pivots are taken at regular ranks.
    init(_ space: LocalSpace, order: [Int]) {
        guard space.hasVectors, space.count > 1 else { return }
        let count = space.count
        let cells = count <= Self.maxInOneCell ? 1 : Int(Double(count).squareRoot())
        let wanted = max(Self.pivotRange.lowerBound, min(Self.pivotRange.upperBound, Self.maxPivotPairs / count))
        let columns = min(count, max(cells, wanted))
        let pivots = (0..<columns).map { order[($0 * 2 + 1) * count / (columns * 2)] }
        pairs.reserveCapacity(count * (Self.neighbours + wanted))
        space.withRows { rows, dimension, kernel in
            var squared = [Float](repeating: 0, count: columns * count)
            squared.withUnsafeMutableBufferPointer { squared in
                guard let base = squared.baseAddress else { return }
                for (column, pivot) in pivots.enumerated() {
                    kernel(
                        rows[pivot].assumingMemoryBound(to: Float.self), rows, count, dimension, base + column * count)
                }
            }
            addNearest(PivotCells(squared, cells: cells, count: count), rows, dimension, kernel)
            nearCount = pairs.count
            for number in 0..<min(wanted, columns) {
                let column = number * columns / min(wanted, columns)
                let pivot = pivots[column]
                for other in 0..<count where other != pivot {
                    add(pivot, other, squared: squared[column * count + other])
                }
            }
        }
    }

    private mutating func add(_ first: Int, _ second: Int, squared: Float) {
        pairs.append(LocalPair(first: UInt16(first), second: UInt16(second), length: squared.squareRoot()))
    }

    private mutating func addNearest(
        _ cells: PivotCells, _ rows: [UnsafeRawPointer], _ dimension: Int, _ kernel: annscope_rows_kernel
    ) {
        let count = rows.count
        // Rows in the order of the cells, so that one call compares a whole cell.
        let rowsByCell = cells.members.map { rows[$0] }
        var near = [(squared: Float, other: Int)](repeating: (.infinity, -1), count: count * Self.neighbours)
        var squared = [Float](repeating: 0, count: count)
        for candidate in 0..<count {
            let start = candidate * Self.neighbours
            let query = rows[candidate].assumingMemoryBound(to: Float.self)
            for cell in [cells.nearest[candidate], cells.second[candidate]] where cell >= 0 {
                let members = cells.starts[cell]..<cells.starts[cell + 1]
                rowsByCell.withUnsafeBufferPointer { rows in
                    guard let base = rows.baseAddress else { return }
                    kernel(query, base + members.lowerBound, members.count, dimension, &squared)
                }
                for (place, member) in members.enumerated() {
                    var number = start + Self.neighbours - 1
                    guard squared[place] < near[number].squared, cells.members[member] != candidate else { continue }
                    while number > start, near[number - 1].squared > squared[place] {
                        near[number] = near[number - 1]
                        number -= 1
                    }
                    near[number] = (squared[place], cells.members[member])
                }
            }
        }
        for candidate in 0..<count {
            for (squared, other) in near[candidate * Self.neighbours..<(candidate + 1) * Self.neighbours]
            where other >= 0 {
                let others = near[other * Self.neighbours..<(other + 1) * Self.neighbours]
                // Mutual neighbours are one pair.
                if other < candidate, others.contains(where: { $0.other == candidate }) { continue }
                add(candidate, other, squared: squared)
            }
        }
    }
}

/// The cells of some pivots: for each candidate the nearest pivot has it.
private struct PivotCells {
    /// For each candidate its nearest pivot and the one after, −1 where there is but one.
    private(set) var nearest: [Int]
    private(set) var second: [Int]
    /// The candidates, cell by cell.
    private(set) var members: [Int]
    /// For each cell where its members begin; one more closes.
    private(set) var starts: [Int]

    /// - Parameter squared: for each pivot in turn the squared distances of all candidates.
    init(_ squared: [Float], cells: Int, count: Int) {
        nearest = [Int](repeating: 0, count: count)
        second = [Int](repeating: -1, count: count)
        starts = [Int](repeating: 0, count: cells + 1)
        members = [Int](repeating: 0, count: count)
        var best = [(first: Float, second: Float)](repeating: (.infinity, .infinity), count: count)
        for cell in 0..<cells {
            for candidate in 0..<count {
                let distance = squared[cell * count + candidate]
                if distance < best[candidate].first {
                    best[candidate] = (distance, best[candidate].first)
                    if cell > 0 { second[candidate] = nearest[candidate] }
                    nearest[candidate] = cell
                } else if distance < best[candidate].second {
                    best[candidate].second = distance
                    second[candidate] = cell
                }
            }
        }
        for cell in nearest { starts[cell + 1] += 1 }
        for cell in 0..<cells { starts[cell + 1] += starts[cell] }
        var next = starts
        for candidate in 0..<count {
            members[next[nearest[candidate]]] = candidate
            next[nearest[candidate]] += 1
        }
    }
}
