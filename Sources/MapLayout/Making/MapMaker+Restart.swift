internal import IndexFiles

extension MapMaker {
    /// What the map before knows of the nodes, in their order.
    struct KnownPlaces {
        let map: IndexMap
        let frame: MapFrame
        /// For each place in the order the node of the map before that is the same vector; nil for a new one.
        let old: [UInt32?]
        let newcomers: Int
    }

    /// Rounds in which newcomers alone move, then those around them, gently.
    private static let settlingRounds = 30
    private static let refiningRounds = 10
    private static let refiningRate: Float = 0.03
    /// Old nodes that are among so many nearest of a newcomer are refined.
    private static let refined = 3

    /// The places of the map before, when it knows at least half of the nodes and its frame has room for them.
    func knownPlaces() -> KnownPlaces? {
        guard let previous, let frame = previous.frame, previous.cells == nil, frame.fits(index.count) else {
            return nil
        }
        let old = Self.matches(fingerprints, nodes.order, previous.fingerprints)
        let newcomers = old.count { $0 == nil }
        guard newcomers * 2 <= old.count else { return nil }
        return KnownPlaces(map: previous, frame: frame, old: old, newcomers: newcomers)
    }

    /// For each node of an order the one of the map before that has the same fingerprint; equal ones in their order.
    static func matches(_ prints: [UInt64], _ order: [UInt32], _ before: [UInt64]) -> [UInt32?] {
        var places: [UInt64: UInt32] = [:]
        // Most nodes keep their number, and need no table.
        var isTaken = [Bool](repeating: false, count: before.count)
        for node in 0..<min(prints.count, before.count) where prints[node] == before[node] { isTaken[node] = true }
        for node in before.indices.reversed() where !isTaken[node] { places[before[node]] = UInt32(node) }
        return order.map { node in
            let place = Int(node)
            if place < before.count, isTaken[place], prints[place] == before[place] { return node }
            return places.removeValue(forKey: prints[place])
        }
    }

    /// The map before with its newcomers: the known nodes stand still while newcomers find their places among them; then
    /// the few that have newcomers for nearest neighbours make room for them.
    ///
    /// - Parameter table: the neighbours of the nodes for which `wanted` is true.
    mutating func regrown(
        _ known: KnownPlaces, _ method: String,
        table: (_ wanted: [Bool], _ progress: (Int) -> Bool) -> NeighbourTable?, anchor: (Int) -> Int?
    ) -> IndexMap? {
        let count = known.old.count
        var x = [Float](repeating: 0, count: count)
        var y = x
        for (place, old) in known.old.enumerated() {
            guard let old else { continue }
            x[place] = known.frame.x.value(MapFrame.unit(known.map.x[Int(old)]))
            y[place] = known.frame.y.value(MapFrame.unit(known.map.y[Int(old)]))
        }
        var layout = ForceLayout(x: x, y: y)
        var kept = known.old
        if known.newcomers > 0 {
            pacer.total = count * (Self.settlingRounds + Self.refiningRounds)
            let isNew = known.old.map { $0 == nil }
            let start = layout
            guard let near = table(isNew, { _ in advance(0, start, known.frame, method) }) else { return nil }
            layout = Growth.places(layout, near, seed: seed, known: isNew.map(!), anchor: anchor)
            let slots = AttractionSlots(near, seed: seed, team: team)
            guard
                run(
                    &layout, slots, rounds: Self.settlingRounds, rate: 1, frozen: isNew.map { $0 ? 0 : 1 },
                    frame: known.frame, method: method)
            else { return nil }
            var moves = isNew
            for place in 0..<count where isNew[place] {
                for id in near.ids[place * near.width..<(place + 1) * near.width].prefix(Self.refined) where id != .max
                {
                    moves[Int(id)] = true
                }
            }
            let settled = layout
            guard let wider = table(moves, { _ in advance(0, settled, known.frame, method) }) else { return nil }
            let around = AttractionSlots(wider, seed: seed, team: team)
            guard
                run(
                    &layout, around, rounds: Self.refiningRounds, rate: Self.refiningRate,
                    frozen: moves.map { $0 ? 0 : 1 }, frame: known.frame, method: method)
            else { return nil }
            kept = zip(known.old, moves).map { $1 ? nil : $0 }
        }
        return finished(layout, known.frame, method, kept: (known.map, kept))
    }
}
