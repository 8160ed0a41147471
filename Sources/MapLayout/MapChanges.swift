/// What is new on a map, against the map of an earlier revision.
public struct MapChanges: Sendable, Equatable {
    /// Vectors that the earlier map does not have, the most important first.
    public let added: [UInt32]
    /// Vectors that moved visibly, the farthest first.
    public let moved: [Move]
    /// Where the vectors were that are gone.
    public let removed: [Spot]

    /// A vector that both maps have.
    public struct Move: Sendable, Equatable {
        /// Its number on the later map.
        public let node: UInt32
        /// Where it was.
        public let from: Spot
    }

    /// A place in map units.
    public struct Spot: Sendable, Equatable {
        public let x: UInt16
        public let y: UInt16

        public init(x: UInt16, y: UInt16) {
            self.x = x
            self.y = y
        }
    }

    /// A move below this part of the map's side is not seen.
    static let visiblePart = 500
}

extension IndexMap {
    /// Compares two maps by their vectors. One that is stored several times is matched in the order of its nodes.
    public func changes(since earlier: IndexMap) -> MapChanges {
        let (old, gone) = matches(in: earlier)
        var moved: [(move: MapChanges.Move, squared: Int)] = []
        let visible = 65535 / MapChanges.visiblePart
        for (node, place) in old.enumerated() where place != Self.unmatched {
            let (fromX, fromY) = (earlier.x[Int(place)], earlier.y[Int(place)])
            let dx = Int(fromX) - Int(x[node])
            let dy = Int(fromY) - Int(y[node])
            let squared = dx * dx + dy * dy
            guard squared > visible * visible else { continue }
            moved.append((.init(node: UInt32(node), from: .init(x: fromX, y: fromY)), squared))
        }
        moved.sort { ($1.squared, $0.move.node) < ($0.squared, $1.move.node) }
        return MapChanges(
            added: nodes.order.filter { old[Int($0)] == Self.unmatched }, moved: moved.map(\.move),
            removed: gone.map { .init(x: earlier.x[Int($0)], y: earlier.y[Int($0)]) })
    }

    private static let unmatched = UInt32.max

    /// For each node the earlier map's node of the same vector, and the earlier map's nodes whose vectors are gone.
    private func matches(in earlier: IndexMap) -> (old: [UInt32], gone: [UInt32]) {
        let shared = min(fingerprints.count, earlier.fingerprints.count)
        var old = [UInt32](repeating: Self.unmatched, count: fingerprints.count)
        // Most vectors keep their numbers; only the others have to be looked for.
        for node in 0..<shared where fingerprints[node] == earlier.fingerprints[node] { old[node] = UInt32(node) }
        let ours = Self.sorted(fingerprints) { old[$0] == Self.unmatched }
        let theirs = Self.sorted(earlier.fingerprints) { $0 >= shared || old[$0] == Self.unmatched }
        var gone: [UInt32] = []
        var place = 0
        for node in ours {
            let print = fingerprints[Int(node)]
            while place < theirs.count, earlier.fingerprints[Int(theirs[place])] < print {
                gone.append(theirs[place])
                place += 1
            }
            guard place < theirs.count, earlier.fingerprints[Int(theirs[place])] == print else { continue }
            old[Int(node)] = theirs[place]
            place += 1
        }
        return (old, (gone + theirs[place...]).sorted())
    }

    /// Some nodes by their fingerprints, those with the same by their numbers.
    private static func sorted(_ prints: [UInt64], where isWanted: (Int) -> Bool) -> [UInt32] {
        prints.indices.lazy.filter(isWanted).map { UInt32($0) }
            .sorted { (prints[Int($0)], $0) < (prints[Int($1)], $1) }
    }
}
