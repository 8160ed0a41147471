/// Turns true distances into those of a drawing whose radius is 1, in straight proportion but for a constant.
///
/// With many dimensions all distances are large and nearly the same, and drawn as they are they would leave the middle
/// empty and crowd the rim. What all have in common is taken off, as interval scaling does (Borg and Groenen 2005,
/// "Modern Multidimensional Scaling", §9).
struct LocalScale {
    private let offset: Float
    private let unit: Float

    /// The nearest is drawn no farther from the query than this part of the farthest.
    private static let nearest: Float = 0.25

    init(reach: [Float]) {
        let least = reach.min() ?? 0
        let most = reach.max() ?? 0
        // Distances that are all the same are drawn as a circle.
        let differ = most - least > 1e-4 * most
        offset = differ ? max(0, (least - Self.nearest * most) / (1 - Self.nearest)) : 0
        unit = most > offset ? 1 / (most - offset) : 1
    }

    func radius(_ reach: Float) -> Float { min(max((reach - offset) * unit, 0), 1) }

    /// The lengths of pairs in the drawing's units.
    ///
    /// What is taken off is such that near pairs come to be about twice as far apart on the average as in a disc filled
    /// evenly: with more, near ones do not stay together, with less they fall into heaps. The unit is such that points at
    /// these radii in all directions would have the lengths.
    static func fit(_ chosen: LocalPairs, radii: [Float]) -> [LocalPair] {
        let pairs = chosen.pairs
        guard chosen.nearCount > 0, pairs.count > chosen.nearCount else { return pairs.map { $0.scaled(0, 1) } }
        let near = mean(pairs[..<chosen.nearCount])
        let far = mean(pairs[chosen.nearCount...])
        let share = min(0.9, 2 * (Float(LocalPairs.neighbours) / Float(radii.count)).squareRoot())
        let offset = max(0, (near - share * far) / (1 - share))
        var drawn = 0.0
        var real = 0.0
        for pair in pairs[chosen.nearCount...] {
            let (first, second) = (Double(radii[Int(pair.first)]), Double(radii[Int(pair.second)]))
            drawn += first * first + second * second
            let length = Double(max(pair.length - offset, 0))
            real += length * length
        }
        let unit = real > 0 ? Float((drawn / real).squareRoot()) : 1
        return pairs.map { $0.scaled(offset, unit) }
    }

    private static func mean(_ pairs: ArraySlice<LocalPair>) -> Float {
        Float(pairs.reduce(0) { $0 + Double($1.length) } / Double(pairs.count))
    }
}

extension LocalPair {
    /// The least distance that pairs are drawn at, in radii.
    static let shortest: Float = 0.02
    /// That of equal vectors: at one place, from which they are fanned out.
    private static let nothing: Float = 0.0005

    fileprivate func scaled(_ offset: Float, _ unit: Float) -> LocalPair {
        let drawn = length > 0 ? max((length - offset) * unit, Self.shortest) : Self.nothing
        return LocalPair(first: first, second: second, length: drawn)
    }
}
