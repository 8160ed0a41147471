/// Where a query stands on a map, in map units.
public struct QueryPlace: Sendable, Equatable {
    public let x: UInt16
    public let y: UInt16
    /// How far apart the vectors stand that the place was taken from: how vague it is.
    public let spread: UInt16
}

extension IndexMap {
    /// The place of a query, which has none of its own: between the nearest vectors that a search evaluated.
    ///
    /// They count as UMAP would count them as neighbours (McInnes, Healy and Melville 2018, §3.1). The place is their
    /// weighted geometric median, so that of two groups that stand far apart the nearer one has it, and not the empty
    /// middle. The map is not changed.
    ///
    /// - Parameters:
    ///   - evaluated: nodes with their distances, in any order; a node may come more than once.
    ///   - form: what the distances are.
    /// - Returns: nil when nothing was evaluated.
    public func place(
        evaluated: some Sequence<(node: UInt32, distance: Float)>, form: DistanceForm
    ) -> QueryPlace? {
        var anchors = QueryAnchors()
        for (node, distance) in evaluated where distance.isFinite && Int(node) < x.count {
            anchors.offer(node, form.length(distance))
        }
        guard !anchors.nearest.isEmpty else { return nil }
        let weights = anchors.weights(startAtZero: form.startsAtZero)
        let places = anchors.nearest.map { SIMD2(Float(x[Int($0.node)]), Float(y[Int($0.node)])) }
        let place = Self.median(of: places, weights)
        var squares: Float = 0
        var sum: Float = 0
        for (anchor, weight) in zip(places, weights) {
            let apart = anchor - place
            squares += weight * (apart * apart).sum()
            sum += weight
        }
        func mapUnit(_ value: Float) -> UInt16 {
            // What is no number has the middle of the map.
            value.isNaN ? MapFrame.mapUnit(value) : UInt16(min(max(value, 0), 65535).rounded())
        }
        return QueryPlace(x: mapUnit(place.x), y: mapUnit(place.y), spread: mapUnit((squares / sum).squareRoot()))
    }

    /// The point from which the weighted distances to some points have the least sum (Weiszfeld 1937).
    private static func median(of points: [SIMD2<Float>], _ weights: [Float]) -> SIMD2<Float> {
        let whole = weights.reduce(0, +)
        var median = zip(points, weights).reduce(into: SIMD2<Float>()) { $0 += $1.0 * ($1.1 / whole) }
        for _ in 0..<100 {
            var sum = SIMD2<Float>()
            var pull: Float = 0
            for (point, weight) in zip(points, weights) {
                let apart = point - median
                // On a point the rule has no answer: within a map unit it is as good as there.
                let share = weight / max((apart * apart).sum().squareRoot(), 1)
                sum += point * share
                pull += share
            }
            let next = sum / pull
            let step = next - median
            median = next
            if (step * step).sum() < 0.01 { break }
        }
        return median
    }
}
