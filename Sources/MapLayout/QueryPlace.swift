/// Where a query stands on a map, in map units.
public struct QueryPlace: Sendable, Equatable {
    public let x: UInt16
    public let y: UInt16
    /// How far apart the vectors stand that the place was taken from: how vague it is.
    public let spread: UInt16
}

extension IndexMap {
    /// Nearest evaluated vectors that place a query.
    private static let anchors = 8
    /// The nearest anchor counts at most 1/softness² times as much as the farthest.
    private static let softness: Float = 0.02

    /// The weighted mean of the places of the nearest vectors that a search evaluated: a query has no place of its own.
    ///
    /// - Parameters:
    ///   - evaluated: nodes with their true distances, in any order.
    ///   - largerIsNearer: distances are inner products.
    /// - Returns: nil when nothing was evaluated.
    public func place(evaluated: [(node: UInt32, distance: Float)], largerIsNearer: Bool) -> QueryPlace? {
        var nearest: [(node: Int, distance: Float)] = []
        for (node, distance) in evaluated where distance.isFinite && Int(node) < x.count {
            let distance = largerIsNearer ? -distance : distance
            if nearest.count == Self.anchors, let last = nearest.last, distance >= last.distance { continue }
            guard !nearest.contains(where: { $0.node == Int(node) }) else { continue }
            nearest.insert(
                (Int(node), distance), at: nearest.firstIndex { $0.distance > distance } ?? nearest.count)
            if nearest.count > Self.anchors { nearest.removeLast() }
        }
        guard let first = nearest.first, let last = nearest.last else { return nil }
        let range = last.distance - first.distance
        var sum: (weight: Float, x: Float, y: Float) = (0, 0, 0)
        let weights = nearest.map { anchor -> Float in
            let part = (range > 0 && range.isFinite ? (anchor.distance - first.distance) / range : 0) + Self.softness
            return 1 / (part * part)
        }
        for (anchor, weight) in zip(nearest, weights) {
            sum.weight += weight
            sum.x += weight * Float(x[anchor.node])
            sum.y += weight * Float(y[anchor.node])
        }
        let centre = (x: sum.x / sum.weight, y: sum.y / sum.weight)
        var squares: Float = 0
        for (anchor, weight) in zip(nearest, weights) {
            let dx = Float(x[anchor.node]) - centre.x
            let dy = Float(y[anchor.node]) - centre.y
            squares += weight * (dx * dx + dy * dy)
        }
        return QueryPlace(
            x: UInt16(min(max(centre.x, 0), 65535)), y: UInt16(min(max(centre.y, 0), 65535)),
            spread: UInt16(min((squares / sum.weight).squareRoot(), 65535)))
    }
}
