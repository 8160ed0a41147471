/// Pushes points in the unit circle apart that a drawing would lay over each other, round the query rather than to or
/// from it.
struct Declutter {
    private(set) var places: [SIMD2<Float>]
    private let gap: Float
    private var random: SplitMix64

    private static let maxPasses = 60
    /// Two points are pushed when they are nearer than this part of the gap, or the last hair would take most passes.
    private static let tolerance: Float = 0.95
    /// Pushes to or from the query are this part of those round it, for so many passes; what is still crowded then is
    /// pushed any way.
    private static let radialShare: Float = 0.25
    private static let passesRound = 25
    /// So many points may be at one place before they are fanned out; pushing all away from all would take long.
    private static let maxTwins = 6
    /// A turn by the golden angle.
    private static let goldenTurn = SIMD2<Float>(-0.737_368_8, 0.675_490_3)

    /// - Parameters:
    ///   - gap: the least distance of two points.
    ///   - places: relative to the query.
    init(_ places: [SIMD2<Float>], gap: Float, seed: UInt64) {
        self.places = places
        self.gap = gap
        random = SplitMix64(seed: seed)
    }

    mutating func run() {
        guard places.count > 1, gap > 0 else { return }
        fanOut()
        for number in 0..<Self.maxPasses {
            guard pass(radialShare: number < Self.passesRound ? Self.radialShare : 1) else { return }
        }
    }

    /// Lays points at one place out like the seeds of a sunflower (Vogel 1979).
    private mutating func fanOut() {
        PointGrid(places, side: gap).forEachSquare { points in
            guard points.count > Self.maxTwins, let first = points.first else { return }
            let twins = points.filter { point in
                let apart = places[point] - places[first]
                return (apart * apart).sum() < gap * gap / 16
            }
            guard twins.count > Self.maxTwins else { return }
            let seed = 0.6 * gap
            // The whole flower has room inside the rim.
            let room = max(0, 1 - seed * Float(twins.count).squareRoot())
            let radius = (places[first] * places[first]).sum().squareRoot()
            let centre = radius > room ? places[first] * (room / radius) : places[first]
            var direction = SIMD2<Float>(1, 0)
            var seeds: Float = 0
            for point in twins {
                places[point] = centre + direction * (seed * seeds.squareRoot())
                direction = SIMD2(
                    direction.x * Self.goldenTurn.x - direction.y * Self.goldenTurn.y,
                    direction.x * Self.goldenTurn.y + direction.y * Self.goldenTurn.x)
                seeds += 1
            }
        }
    }

    /// - Returns: false when nothing was left to push.
    private mutating func pass(radialShare: Float) -> Bool {
        let grid = PointGrid(places, side: gap)
        var moves = [SIMD2<Float>](repeating: SIMD2(), count: places.count)
        var pushed = false
        grid.forEachPair { first, second in
            var apart = places[first] - places[second]
            let squared = (apart * apart).sum()
            guard squared < gap * gap * Self.tolerance * Self.tolerance else { return }
            if squared < gap * gap * 1e-6 {
                // Twins part in a direction of chance.
                apart = SIMD2(random.unit() - 0.5, random.unit() - 0.5)
            }
            pushed = true
            let lack = gap - squared.squareRoot()
            let middle = (places[first] + places[second]) / 2
            let push = direction(apart, middle, radialShare) * (lack * 0.55)
            moves[first] += push
            moves[second] -= push
        }
        for number in places.indices {
            // Many neighbours may push the same way; none is thrown out of sight.
            let length = (moves[number] * moves[number]).sum().squareRoot()
            places[number] += length > gap ? moves[number] * (gap / length) : moves[number]
            let radius = (places[number] * places[number]).sum().squareRoot()
            if radius > 1 { places[number] /= radius }
        }
        return pushed
    }

    /// A unit vector along `apart`, turned towards the circle round the query on which the two points stand.
    private func direction(
        _ apart: SIMD2<Float>, _ middle: SIMD2<Float>, _ radialShare: Float
    ) -> SIMD2<Float> {
        let radius = (middle * middle).sum().squareRoot()
        var along = apart
        if radius > 2 * gap {
            let outwards = middle / radius
            along -= outwards * ((apart * outwards).sum() * (1 - radialShare))
            // One straight behind the other: they part sideways all the same.
            let round = SIMD2(-outwards.y, outwards.x)
            let side = (apart * round).sum()
            if abs(side) < 0.1 * gap { along += round * (side < 0 ? -0.1 * gap : 0.1 * gap) }
        }
        let length = (along * along).sum().squareRoot()
        return length > 0 ? along / length : SIMD2(1, 0)
    }
}
