/// Sites of a power diagram in a tree of boxes: each site and each box near the ones before and after it, so that however
/// the sites crowd, those that may cut a cell are found without looking at the others.
///
/// The sites stand along a Morton curve (Morton 1966), eight to a leaf; node n has the children 2n and 2n + 1, the root is
/// node 1.
struct SiteTree: Sendable {
    struct Site {
        var x: Double
        var y: Double
        var weight: Double
        /// The site's number.
        var number: Int
    }

    /// What holds some sites.
    struct Box {
        var minX = Double.infinity
        var minY = Double.infinity
        var maxX = -Double.infinity
        var maxY = -Double.infinity
        var maxWeight = -Double.infinity

        mutating func hold(_ other: Box) {
            minX = min(minX, other.minX)
            minY = min(minY, other.minY)
            maxX = max(maxX, other.maxX)
            maxY = max(maxY, other.maxY)
            maxWeight = max(maxWeight, other.maxWeight)
        }
    }

    static let leafSize = 8
    /// Steps of the curve along each axis.
    private static let resolution: Double = 16_777_216

    private(set) var sites: [Site]
    private(set) var boxes: [Box]
    /// For each site, by its number, where it stands in the tree.
    let places: [Int]
    /// A power of two.
    let leaves: Int

    /// - Parameter points: inside the unit square; others count as at its border in the order of the tree.
    init(_ points: [PlanePoint], weights: [Double]) {
        let keys = points.indices.map { (key: Self.key(points[$0]), number: $0) }
            .sorted { ($0.key, $0.number) < ($1.key, $1.number) }
        sites = keys.map { Site(x: 0, y: 0, weight: 0, number: $0.number) }
        var places = [Int](repeating: 0, count: points.count)
        for (place, site) in sites.enumerated() { places[site.number] = place }
        self.places = places
        var leaves = 1
        while leaves * Self.leafSize < points.count { leaves *= 2 }
        self.leaves = leaves
        boxes = Array(repeating: Box(), count: 2 * leaves)
        update(points, weights: weights)
    }

    /// Gives the same sites other weights, and places that differ little from those before.
    mutating func update(_ points: [PlanePoint], weights: [Double]) {
        for place in sites.indices {
            let number = sites[place].number
            sites[place] = Site(x: points[number].x, y: points[number].y, weight: weights[number], number: number)
        }
        for leaf in 0..<leaves {
            var box = Box()
            for site in sites[range(leaf: leaf)] {
                box.hold(Box(minX: site.x, minY: site.y, maxX: site.x, maxY: site.y, maxWeight: site.weight))
            }
            boxes[leaves + leaf] = box
        }
        for node in stride(from: leaves - 1, to: 0, by: -1) {
            var box = boxes[2 * node]
            box.hold(boxes[2 * node + 1])
            boxes[node] = box
        }
    }

    /// The places of a leaf's sites.
    @inline(__always)
    func range(leaf: Int) -> Range<Int> {
        min(leaf * Self.leafSize, sites.count)..<min((leaf + 1) * Self.leafSize, sites.count)
    }

    /// The bits of both coordinates, one by one in turn.
    private static func key(_ point: PlanePoint) -> UInt64 {
        spaced(point.x) | spaced(point.y) << 1
    }

    private static func spaced(_ value: Double) -> UInt64 {
        var bits = UInt64(min(max(value, 0), 1) * (resolution - 1))
        bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF
        bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF
        bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        bits = (bits | bits << 2) & 0x3333_3333_3333_3333
        return (bits | bits << 1) & 0x5555_5555_5555_5555
    }
}
