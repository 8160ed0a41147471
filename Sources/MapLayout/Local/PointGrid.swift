/// Points sorted into squares, to find those that are near each other.
struct PointGrid {
    private let columns: Int
    private let rows: Int
    /// Points square by square.
    private let order: [Int]
    /// For each square where its points begin; one more closes.
    private let starts: [Int]

    /// Points stand at most so far out in the grid, so that differences are finite.
    private static let farthest: Float = 1e30

    /// - Parameters:
    ///   - points: any; what is no number counts as 0.
    ///   - side: of a square, at the least. They get larger where there would be many more than points.
    init(_ points: [SIMD2<Float>], side: Float) {
        let points = points.map { SIMD2(Self.bounded($0.x), Self.bounded($0.y)) }
        var low = points.first ?? SIMD2()
        var high = low
        for point in points {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        let extent = high - low
        let along = max(Float(points.count).squareRoot(), 1)
        let side = max(side > 0 ? side : 0, extent.max() / along, .leastNormalMagnitude)
        columns = Int(extent.x / side) + 1
        rows = Int(extent.y / side) + 1
        let columns = columns
        let squares = points.map { point in
            let place = (point - low) / side
            return Int(place.y) * columns + Int(place.x)
        }
        var starts = [Int](repeating: 0, count: columns * rows + 1)
        for square in squares { starts[square + 1] += 1 }
        for square in 1..<starts.count { starts[square] += starts[square - 1] }
        var next = starts
        var order = [Int](repeating: 0, count: points.count)
        for (point, square) in squares.enumerated() {
            order[next[square]] = point
            next[square] += 1
        }
        self.starts = starts
        self.order = order
    }

    private static func bounded(_ value: Float) -> Float { value.isNaN ? 0 : min(max(value, -farthest), farthest) }

    /// The points of each square that has any.
    func forEachSquare(_ body: (ArraySlice<Int>) -> Void) {
        for square in 0..<starts.count - 1 where starts[square] < starts[square + 1] {
            body(order[starts[square]..<starts[square + 1]])
        }
    }

    /// Every pair of points that stand in the same square or in two that touch, once.
    func forEachPair(_ body: (Int, Int) -> Void) {
        for row in 0..<rows {
            for column in 0..<columns {
                let square = row * columns + column
                let own = starts[square]..<starts[square + 1]
                guard !own.isEmpty else { continue }
                // The rest of this row's three squares, then the three below.
                let right = starts[row * columns + min(column + 2, columns)]
                for first in own {
                    for second in first + 1..<max(right, first + 1) { body(order[first], order[second]) }
                }
                guard row + 1 < rows else { continue }
                let below = (row + 1) * columns
                let others = starts[below + max(column - 1, 0)]..<starts[below + min(column + 2, columns)]
                for first in own { for second in others { body(order[first], order[second]) } }
            }
        }
    }
}
