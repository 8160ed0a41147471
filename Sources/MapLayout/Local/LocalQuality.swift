internal import CVectorKernels

/// How well a local map shows what is near what.
struct LocalQuality {
    let stress: Float?
    let neighbours: Float?

    /// Candidates that stand for all.
    private static let maxSample = 64
    private static let nearest = 10

    init(_ space: LocalSpace, _ places: [SIMD2<Float>], _ pairs: [LocalPair]) {
        var lost = 0.0
        var whole = 0.0
        for pair in pairs {
            let apart = places[Int(pair.first)] - places[Int(pair.second)]
            let error = Double((apart * apart).sum().squareRoot() - pair.length)
            lost += error * error
            whole += Double(pair.length) * Double(pair.length)
        }
        stress = whole > 0 ? Float((lost / whole).squareRoot()) : nil
        neighbours = space.hasVectors && places.count > 2 ? Self.kept(space, places) : nil
    }

    private static func kept(_ space: LocalSpace, _ places: [SIMD2<Float>]) -> Float {
        let wanted = min(nearest, (places.count - 1) / 2 + 1)
        let sample = min(maxSample, places.count)
        return space.withRows { rows, dimension, kernel in
            var squared = [Float](repeating: 0, count: rows.count)
            var common = 0
            for number in 0..<sample {
                let own = number * places.count / sample
                kernel(rows[own].assumingMemoryBound(to: Float.self), rows, rows.count, dimension, &squared)
                let near = least(wanted, squared, besides: own)
                let drawn = least(
                    wanted,
                    places.map {
                        let apart = $0 - places[own]
                        return (apart * apart).sum()
                    }, besides: own)
                common += near.count { drawn.contains($0) }
            }
            return Float(common) / Float(sample * wanted)
        }
    }

    /// The places of the least values, ties by number.
    private static func least(_ wanted: Int, _ values: [Float], besides own: Int) -> [Int] {
        var best: [Int] = []
        for number in values.indices where number != own {
            if best.count == wanted, let last = best.last, values[number] >= values[last] { continue }
            best.insert(number, at: best.firstIndex { values[$0] > values[number] } ?? best.count)
            if best.count > wanted { best.removeLast() }
        }
        return best
    }
}
