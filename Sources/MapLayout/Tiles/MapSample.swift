/// Nodes that stand for those of a map that are not sent one by one.
///
/// Every square of the map that holds a node has one in the sample; beyond that a square's share goes with the square
/// root of its nodes, so that thin parts are seen beside full ones. The nodes of a square are taken in an order that
/// depends on nothing but their number, so that a sample changes little while places do.
public struct MapSample: Sendable, Equatable {
    /// Places in the map's order of nodes. Each beginning of it is spread over the whole map, too.
    public let positions: [Int]

    /// - Parameters:
    ///   - candidates: places in `draft.nodes.order`, all with places on the map.
    ///   - most: nodes in the sample.
    public init(_ draft: MapDraft, candidates: Range<Int>, most: Int) {
        guard candidates.count > most else {
            positions = Self.chanceOrder(candidates)
            return
        }
        guard most > 0 else {
            positions = []
            return
        }
        let (x, y) = (draft.x, draft.y)
        // With fewer nodes to give than squares that hold some, squares are put together.
        var shift = MapDensity.shift
        var counts: [Int] = []
        repeat {
            let side = 65536 >> shift
            counts = [Int](repeating: 0, count: side * side)
            for place in candidates { counts[Int(y[place]) >> shift * side + Int(x[place]) >> shift] += 1 }
            shift += 1
        } while shift <= 16 && counts.count(where: { $0 > 0 }) > most
        shift -= 1
        var left = Self.shares(counts, most: most)
        var total = left.reduce(0, +)
        var positions: [Int] = []
        positions.reserveCapacity(total)
        let side = 65536 >> shift
        for place in Self.chanceOrder(candidates) {
            let square = Int(y[place]) >> shift * side + Int(x[place]) >> shift
            guard left[square] > 0 else { continue }
            left[square] -= 1
            positions.append(place)
            total -= 1
            if total == 0 { break }
        }
        self.positions = positions
    }

    /// What each square gives: at least one of those that have any, at most `most` in all.
    private static func shares(_ counts: [Int], most: Int) -> [Int] {
        func share(_ count: Int, _ factor: Double) -> Int {
            min(count, max(1, Int(factor * Double(count).squareRoot())))
        }
        let filled = counts.filter { $0 > 0 }
        // The largest factor that keeps to the limit, by bisection.
        var (low, high) = (0.0, Double(most))
        for _ in 0..<32 {
            let middle = (low + high) / 2
            if filled.reduce(0, { $0 + share($1, middle) }) <= most { low = middle } else { high = middle }
        }
        return counts.map { $0 > 0 ? share($0, low) : 0 }
    }

    /// Numbers in an order that jumps by about the golden ratio of their count, which spreads each beginning evenly.
    private static func chanceOrder(_ range: Range<Int>) -> [Int] {
        let count = range.count
        guard count > 2 else { return Array(range) }
        var step = Int(Double(count) * 0.618_033_988_75)
        while greatestCommonDivisor(step, count) != 1 { step += 1 }
        var place = 0
        return range.map { _ in
            defer {
                place += step
                if place >= count { place -= count }
            }
            return range.lowerBound + place
        }
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b > 0 { (a, b) = (b, a % b) }
        return a
    }
}
