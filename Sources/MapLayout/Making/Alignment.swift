/// Turns a layout so that it resembles one before: of all rotations, and reflections with them, the one that brings the
/// places nearest to where they were (Procrustes analysis; Schönemann 1966). Neither direction of a layout means anything.
enum Alignment {
    /// - Parameters:
    ///   - x: of the layout.
    ///   - targets: for each place where it was, in any unit; nil where that is not known.
    /// - Returns: the same layout, turned; as it is with fewer than three known places.
    static func turned(
        x: [Float], y: [Float], to targets: [(x: Float, y: Float)?]
    ) -> (x: [Float], y: [Float]) {
        var count = 0.0
        var from = (x: 0.0, y: 0.0)
        var to = from
        for (place, target) in targets.enumerated() {
            guard let target else { continue }
            count += 1
            from = (from.x + Double(x[place]), from.y + Double(y[place]))
            to = (to.x + Double(target.x), to.y + Double(target.y))
        }
        guard count >= 3 else { return (x, y) }
        from = (from.x / count, from.y / count)
        to = (to.x / count, to.y / count)
        // Sums of products between the old and the new directions.
        var xx = 0.0
        var xy = 0.0
        var yx = 0.0
        var yy = 0.0
        for (place, target) in targets.enumerated() {
            guard let target else { continue }
            let old = (x: Double(target.x) - to.x, y: Double(target.y) - to.y)
            let new = (x: Double(x[place]) - from.x, y: Double(y[place]) - from.y)
            xx += new.x * old.x
            xy += new.x * old.y
            yx += new.y * old.x
            yy += new.y * old.y
        }
        let rotation = (cosine: xx + yy, sine: xy - yx)
        let reflection = (cosine: xx - yy, sine: xy + yx)
        func length(_ turn: (cosine: Double, sine: Double)) -> Double {
            (turn.cosine * turn.cosine + turn.sine * turn.sine).squareRoot()
        }
        let isReflected = length(reflection) > length(rotation)
        let turn = isReflected ? reflection : rotation
        guard length(turn) > 0, length(turn).isFinite else { return (x, y) }
        let cosine = Float(turn.cosine / length(turn))
        let sine = Float(turn.sine / length(turn))
        let side: Float = isReflected ? -1 : 1
        let centre = (x: Float(from.x), y: Float(from.y))
        return (
            x.indices.map { cosine * (x[$0] - centre.x) - side * sine * (y[$0] - centre.y) },
            x.indices.map { sine * (x[$0] - centre.x) + side * cosine * (y[$0] - centre.y) }
        )
    }
}
