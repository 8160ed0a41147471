/// Turns true distances into those of a drawing whose radius is 1.
///
/// With many dimensions all distances are large and nearly the same, and drawn as they are they would leave the middle
/// empty and crowd the rim. So what all have in common is taken off, as interval scaling does (Borg and Groenen 2005,
/// "Modern Multidimensional Scaling", §9), and distances from the query make way for their ranks by half.
enum LocalScale {
    /// The nearest is drawn no farther from the query, by its distance, than this part of the farthest.
    private static let nearest: Float = 0.25
    /// The mean distance of two points whose directions from the middle are independent, as a part of its root mean square.
    private static let meanApart = 0.9

    /// How far from the query candidates are drawn: half by their distance, half such that they fill the disc evenly.
    ///
    /// - Parameter order: all, nearest first.
    static func radii(_ reach: [Float], order: [Int]) -> [Float] {
        guard let first = order.first, let last = order.last else { return [] }
        let (least, most) = (reach[first], reach[last])
        // Distances that are all the same are drawn as a circle.
        guard most - least > 1e-4 * most else { return reach.map { $0 > 0 ? 1 : 0 } }
        let offset = max(0, (least - nearest * most) / (1 - nearest))
        var radii = reach
        var rank = 0
        for (place, candidate) in order.enumerated() {
            // What is equally far has the same rank.
            if place > 0, reach[candidate] > reach[order[place - 1]] { rank = place }
            let byRank = (Float(rank) / Float(order.count - 1)).squareRoot()
            let byDistance = max(reach[candidate] - offset, 0) / (most - offset)
            radii[candidate] = min((byRank + byDistance) / 2, 1)
        }
        return radii
    }

    /// The lengths of pairs in the drawing's units.
    ///
    /// What is taken off is such that near pairs come to be about twice as far apart on the average as in a disc filled
    /// evenly: with more, near ones do not stay together, with less they fall into heaps.
    static func fit(_ chosen: LocalPairs, radii: [Float]) -> [LocalPair] {
        let pairs = chosen.pairs
        guard chosen.nearCount > 0, pairs.count > chosen.nearCount else { return pairs.map { $0.scaled(0, 1) } }
        let near = mean(pairs[..<chosen.nearCount])
        let far = mean(pairs[chosen.nearCount...])
        let share = min(0.9, 2 * (Float(LocalPairs.neighbours) / Float(radii.count)).squareRoot())
        let offset = max(0, (near - share * far) / (1 - share))
        // The unit for which the stress is least when all directions are taken.
        var squares = 0.0
        var sum = 0.0
        for pair in pairs[chosen.nearCount...] {
            let (first, second) = (radii[Int(pair.first)], radii[Int(pair.second)])
            // The squares of lengths below about 1e-22 are no Floats.
            let length = Double(max(pair.length - offset, 0.25 * (far - offset)))
            guard length > 0 else { continue }
            let apart = Double(first * first + second * second) / (length * length)
            squares += apart
            sum += meanApart * apart.squareRoot()
        }
        let unit = sum > 0 ? squares / sum : 1
        return pairs.map { $0.scaled(offset, unit) }
    }

    private static func mean(_ pairs: ArraySlice<LocalPair>) -> Float {
        Float(pairs.reduce(0) { $0 + Double($1.length) } / Double(pairs.count))
    }
}

extension LocalPair {
    /// The least distance that pairs are drawn at, in radii.
    static let shortest: Float = 0.02
    /// The greatest: pairs may be much longer than those that the unit was taken from, and their squares are to be finite.
    private static let longest = 100.0
    /// That of equal vectors: at one place, from which they are fanned out.
    private static let nothing: Float = 0.0005

    fileprivate func scaled(_ offset: Float, _ unit: Double) -> LocalPair {
        let scaled = Float(min(Double(length - offset) * unit, Self.longest))
        let drawn = length > 0 ? max(scaled, Self.shortest) : Self.nothing
        return LocalPair(first: first, second: second, length: drawn)
    }
}
