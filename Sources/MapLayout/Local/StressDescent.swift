internal import Glibc

/// Moves candidates about the query until the distances between them are near those that are wanted, each at its own
/// distance from the query (Zheng, Pawar and Goodman 2018, "Graph drawing by stochastic gradient descent").
///
/// The query stands at the origin. Weights are 1/d², so that near pairs count for what they are near.
struct StressDescent {
    private(set) var places: [SIMD2<Float>]
    /// For each candidate its distance from the query in the drawing.
    private let radii: [Float]

    private static let epochs = 16
    /// From here on the distances from the query hold exactly, and only directions are still looked for.
    private static let exactFrom = 10
    /// How much more a distance from the query counts than one between candidates.
    private static let queryWeight: Float = 8
    /// The last step corrects this part of the error of the shortest pair that is none of equals: the paper's ε.
    private static let lastStep: Float = 0.1

    init(places: [SIMD2<Float>], radii: [Float]) {
        self.places = places
        self.radii = radii
    }

    /// - Parameter pairs: in the units of the radii, lengths above 0.
    mutating func run(_ pairs: [LocalPair], seed: UInt64) {
        var pairs = pairs
        var random = SplitMix64(seed: seed)
        for place in pairs.indices.reversed().dropLast() { pairs.swapAt(place, random.below(place + 1)) }
        guard let most = pairs.lazy.map(\.length).max() else { return holdRadii() }
        let least = pairs.lazy.map(\.length).filter { $0 >= LocalPair.shortest }.min() ?? most
        let first = most * most
        let decay = pow(Self.lastStep * least * least / first, 1 / Float(Self.epochs - 1))
        var rate = first
        for epoch in 0..<Self.epochs {
            descend(pairs, rate, forwards: epoch % 2 == 0)
            if epoch < Self.exactFrom { pullToRadii(rate) } else { holdRadii() }
            rate *= decay
        }
    }

    private mutating func descend(_ pairs: [LocalPair], _ rate: Float, forwards: Bool) {
        places.withUnsafeMutableBufferPointer { places in
            for number in pairs.indices {
                let pair = pairs[forwards ? number : pairs.count - 1 - number]
                let first = Int(pair.first)
                let second = Int(pair.second)
                let apart = places[first] - places[second]
                let drawn = max((apart * apart).sum().squareRoot(), 1e-9)
                let share = min(1, rate / (pair.length * pair.length))
                let move = apart * (share * (drawn - pair.length) / (2 * drawn))
                places[first] -= move
                places[second] += move
            }
        }
    }

    private mutating func pullToRadii(_ rate: Float) {
        for candidate in places.indices {
            let radius = max(radii[candidate], 1e-6)
            let drawn = (places[candidate] * places[candidate]).sum().squareRoot()
            guard drawn > 0 else { continue }
            let share = min(1, Self.queryWeight * rate / (radius * radius))
            places[candidate] *= 1 + share * (radius / drawn - 1)
        }
    }

    private mutating func holdRadii() {
        for candidate in places.indices {
            let drawn = (places[candidate] * places[candidate]).sum().squareRoot()
            if drawn > 0 { places[candidate] *= radii[candidate] / drawn }
        }
    }
}
