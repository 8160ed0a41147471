internal import IndexFiles

/// Places the vectors of one list after the other inside its cell, with buffers that are used again.
///
/// A vector stands the farther out the farther it is from its centroid, by rank, so that the cell fills evenly; and in the
/// direction of those other centroids that it lies towards. What is left to chance hangs on the vector's own fingerprint, so
/// that it stays where it is when others come and go.
struct CellFiller {
    /// What stays the same from cell to cell.
    struct Ground: Sendable {
        let vectors: StoredVectors?
        let starts: [Int]
        let cells: CellAreas
        /// Empty where the centroids are not known, or are no points of the vectors' space.
        let near: NeighbourTable
        let fingerprints: [UInt64]
        let seed: UInt64
    }

    /// A vector of the list.
    private struct Member {
        let offset: Int
        /// Squared distance from the centroid.
        var squared: Float = 0
        let fingerprint: UInt64
        /// Where it is drawn to, of any length.
        var pull = PlanePoint(x: 0, y: 0)
    }

    /// Vectors come at most this near to the border of their cell, as a part of the way from the site.
    private static let reach = 0.92
    /// Vectors that are drawn the same way are spread over this angle to either side, in radians.
    private static let jitter = 0.35

    private let ground: Ground
    private var meter: RowMeter?
    private var vector: [Float]
    private var members: [Member] = []
    /// The own centroid, then those near it.
    private var compared: [UInt32] = []
    /// For each near centroid the way to it: its direction on the map, and its distance among the vectors.
    private var ways: [(x: Double, y: Double, length: Float)] = []

    /// - Parameter centroids: nil where `ground.near` is empty.
    init(_ ground: Ground, centroids: RowMeter.Memory?) {
        self.ground = ground
        meter = centroids.map { RowMeter($0) }
        vector = Array(repeating: 0, count: ground.vectors?.dimension ?? 0)
    }

    /// - Parameter place: gets the node and its place in the unit square.
    mutating func fill(_ cell: Int, _ place: (_ node: Int, PlanePoint) -> Void) {
        let first = ground.starts[cell]
        members.removeAll(keepingCapacity: true)
        for offset in 0..<ground.starts[cell + 1] - first {
            members.append(Member(offset: offset, fingerprint: ground.fingerprints[first + offset]))
        }
        measure(cell)
        members.sort { a, b in
            (a.squared, a.fingerprint, a.offset) < (b.squared, b.fingerprint, b.offset)
        }
        let site = ground.cells.sites[cell]
        let polygon = ground.cells.diagram.polygon(cell)
        let isMeasured = meter != nil
        for (rank, member) in members.enumerated() {
            guard !polygon.isEmpty, !isMeasured || member.squared > 0 else {
                place(first + member.offset, site)
                continue
            }
            var random = SplitMix64(seed: ground.seed ^ member.fingerprint)
            let direction = Self.direction(member.pull, &random)
            let radius = ((Double(rank) + 0.5) / Double(members.count)).squareRoot() * Self.reach
            let way = radius * Self.distanceToBorder(polygon, from: site, direction)
            place(first + member.offset, PlanePoint(x: site.x + direction.x * way, y: site.y + direction.y * way))
        }
    }

    /// Measures how far each vector is from the centroid, and where it is drawn to.
    private mutating func measure(_ cell: Int) {
        guard var meter, let vectors = ground.vectors else { return }
        let near = ground.near
        let entries = (cell * near.width..<(cell + 1) * near.width).prefix { near.ids[$0] != .max }
        compared.removeAll(keepingCapacity: true)
        compared.append(UInt32(cell))
        ways.removeAll(keepingCapacity: true)
        let site = ground.cells.sites[cell]
        for entry in entries {
            let other = ground.cells.sites[Int(near.ids[entry])]
            let dx = other.x - site.x
            let dy = other.y - site.y
            let length = (dx * dx + dy * dy).squareRoot()
            // Nothing is drawn to a centroid at the same place, here or there.
            let isApart = length > 0 && near.squared[entry] > 0
            compared.append(near.ids[entry])
            ways.append(
                (isApart ? dx / length : 0, isApart ? dy / length : 0, isApart ? near.squared[entry].squareRoot() : 1))
        }
        for place in members.indices {
            let node = UInt32(ground.starts[cell] + members[place].offset)
            vector.withUnsafeMutableBufferPointer { vector in
                guard let start = vector.baseAddress else { return }
                vectors.decode(node, into: start)
                meter.measureSquares(from: start, to: compared)
            }
            let own = meter.values[0]
            members[place].squared = own.isFinite ? own : .greatestFiniteMagnitude
            guard own > 0, own.isFinite else { continue }
            let radius = own.squareRoot()
            for (number, way) in ways.enumerated() {
                // The cosine of the angle between the ways from the own centroid to the vector and to the other centroid:
                // unlike a distance, it is 0 on the average over the list, so the vectors go all ways.
                let cosine =
                    (own + way.length * way.length - meter.values[number + 1]) / (2 * radius * way.length)
                guard cosine.isFinite, cosine > 0 else { continue }
                // Beside long ways rounding makes it more than 1, and even so much that its square is no Float.
                let pull = Double(min(cosine, 1))
                members[place].pull.x += pull * pull * way.x
                members[place].pull.y += pull * pull * way.y
            }
        }
        self.meter = meter
    }

    /// The unit vector of a pull after a small turn, by the tangent of half the angle: no library function is involved whose
    /// last digit depends on the machine.
    private static func direction(_ pull: PlanePoint, _ random: inout SplitMix64) -> PlanePoint {
        var x = pull.x
        var y = pull.y
        let half = (Double(random.unit()) - 0.5) * jitter
        // Nothing pulls: any direction is as good, so one of a chance place in the circle.
        while !(x * x + y * y > 1e-18) {
            x = Double(random.unit()) * 2 - 1
            y = Double(random.unit()) * 2 - 1
            if x * x + y * y > 1 { (x, y) = (0, 0) }
        }
        let length = (x * x + y * y).squareRoot()
        let cosine = (1 - half * half) / (1 + half * half)
        let sine = 2 * half / (1 + half * half)
        return PlanePoint(x: (x * cosine - y * sine) / length, y: (x * sine + y * cosine) / length)
    }

    /// How far it is from a place inside a convex polygon to its border.
    private static func distanceToBorder(
        _ polygon: ArraySlice<PlanePoint>, from place: PlanePoint, _ direction: PlanePoint
    ) -> Double {
        var nearest = Double.infinity
        for corner in polygon.indices {
            let from = polygon[corner]
            let to = polygon[corner + 1 == polygon.endIndex ? polygon.startIndex : corner + 1]
            let edgeX = to.x - from.x
            let edgeY = to.y - from.y
            let across = direction.x * edgeY - direction.y * edgeX
            // Counter-clockwise edges are left behind where this is positive.
            guard across > 0 else { continue }
            let way = ((from.x - place.x) * edgeY - (from.y - place.y) * edgeX) / across
            nearest = min(nearest, max(way, 0))
        }
        return nearest.isFinite ? nearest : 0
    }
}
