/// Where candidates stand before they are laid out: in the directions that they have from the query on the whole map.
struct LocalStart {
    /// Unit vectors.
    let directions: [SIMD2<Float>]
    /// From the query on the map of the index, in map units; nil where a candidate has no place there.
    private let seen: [SIMD2<Float>?]

    init(nodes: [UInt32], global: IndexMap?, place: QueryPlace?, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let centre = place.map { SIMD2(Float($0.x), Float($0.y)) }
        seen = nodes.map { node in
            guard let global, let centre, Int(node) < global.x.count else { return nil }
            return SIMD2(Float(global.x[Int(node)]), Float(global.y[Int(node)])) - centre
        }
        directions = seen.map { seen in
            let chance = SIMD2(random.unit() - 0.5, random.unit() - 0.5)
            // Those at one place are told apart a little, or they would stay one.
            return Self.unit((seen ?? SIMD2()) + chance * (seen == nil ? 1 : 64)) ?? SIMD2(1, 0)
        }
    }

    private static func unit(_ vector: SIMD2<Float>) -> SIMD2<Float>? {
        let length = (vector * vector).sum().squareRoot()
        return length > 0 ? vector / length : nil
    }

    /// Places turned, and mirrored where that is nearer, so that they lie as on the whole map (orthogonal Procrustes,
    /// Schönemann 1966).
    func aligned(_ places: [SIMD2<Float>]) -> [SIMD2<Float>] {
        // Sums of the products of places and directions on the map, once as they are and once mirrored.
        var turned = SIMD2<Float>()
        var mirrored = SIMD2<Float>()
        for (place, seen) in zip(places, seen) {
            guard let seen, let target = Self.unit(seen) else { continue }
            turned += SIMD2(place.x * target.x + place.y * target.y, place.x * target.y - place.y * target.x)
            mirrored += SIMD2(place.x * target.x - place.y * target.y, place.x * target.y + place.y * target.x)
        }
        let isMirrored = (mirrored * mirrored).sum() > (turned * turned).sum()
        guard let turn = Self.unit(isMirrored ? mirrored : turned) else { return places }
        return places.map { place in
            let place = isMirrored ? SIMD2(place.x, -place.y) : place
            return SIMD2(place.x * turn.x - place.y * turn.y, place.x * turn.y + place.y * turn.x)
        }
    }
}
