extension CellAreas {
    /// The distance between points that coincided, as a part of the mean distance between sites.
    private static let spacing = 0.1
    /// Cosine and sine of the golden angle, by which seeds of a sunflower follow each other (Vogel 1979).
    private static let golden = (cosine: -0.737_368_878_078_319_9, sine: 0.675_490_294_261_523_6)

    /// Up to so many points are left where they are: comparing each cell with all of them takes no time.
    private static let maxAligned = 1024
    /// Half of a map unit's length, by which nobody sees points move.
    static let maxShift = 0.5 / 65535

    /// Draws points at one place apart: each further one stands on a spiral around the first, inside the square.
    static func apart(_ points: [PlanePoint]) -> [PlanePoint] {
        var result = points
        let order = points.indices.sorted { a, b in
            (points[a].x, points[a].y, a) < (points[b].x, points[b].y, b)
        }
        let spacing = spacing / Double(max(1, points.count)).squareRoot()
        var turn = (x: 1.0, y: 0.0)
        var rank = 0
        for (place, number) in order.enumerated() where place > 0 {
            guard points[number] == points[order[place - 1]] else {
                (turn, rank) = ((1, 0), 0)
                continue
            }
            rank += 1
            turn = (turn.x * golden.cosine - turn.y * golden.sine, turn.x * golden.sine + turn.y * golden.cosine)
            let radius = spacing * Double(rank).squareRoot()
            result[number] = PlanePoint(
                x: inside(points[number].x + radius * turn.x), y: inside(points[number].y + radius * turn.y))
        }
        return result
    }

    /// Moves many points a little, each by its own chance, so that no circle goes through more than a few of them: a power
    /// diagram of thousands on one circle takes forever.
    static func unaligned(_ points: [PlanePoint]) -> [PlanePoint] {
        guard points.count > maxAligned else { return points }
        var random = SplitMix64(seed: UInt64(points.count))
        return points.map { point in
            // A square inside the circle that a point must not leave.
            let x = (Double(random.unit()) * 2 - 1) * maxShift * 0.7
            let y = (Double(random.unit()) * 2 - 1) * maxShift * 0.7
            return PlanePoint(x: inside(point.x + x), y: inside(point.y + y))
        }
    }

    /// What lies outside of 0…1, by less than 1, mirrored at the border.
    private static func inside(_ value: Double) -> Double { value < 0 ? -value : value > 1 ? 2 - value : value }

    /// Spreads points so that along each axis a strip holds the share of the plane that its points should have. Who stands
    /// left of whom, or above, stays.
    static func spread(_ points: [PlanePoint], _ sizes: [Int]) -> [PlanePoint] {
        let shares = targets(sizes)
        return zip(spread(points.map(\.x), shares), spread(points.map(\.y), shares)).map { PlanePoint(x: $0, y: $1) }
    }

    /// Puts each value in the middle of its share from 0 to 1; equal ones stay equal.
    private static func spread(_ values: [Double], _ shares: [Double]) -> [Double] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var result = values
        var before = 0.0
        var first = 0
        while first < order.count {
            var end = first
            var share = 0.0
            while end < order.count, values[order[end]] == values[order[first]] {
                share += shares[order[end]]
                end += 1
            }
            for place in first..<end { result[order[place]] = min(before + share / 2, 1) }
            before += share
            first = end
        }
        return result
    }
}
