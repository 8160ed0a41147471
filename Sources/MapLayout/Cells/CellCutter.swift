/// Cuts one cell after the other of a power diagram out of the unit square, with buffers that are used again.
struct CellCutter {
    /// A corner of the polygon, seen from the site, and what lies across the edge that begins there.
    struct Corner {
        var x: Double
        var y: Double
        /// The number of a site; −1 for the frame.
        var across: Int32
    }

    /// The cell that was cut last, counter-clockwise; empty where others take all of it.
    private(set) var polygon: [Corner] = []
    /// Sites that cells were compared with since the first.
    private(set) var comparisons = 0
    private var clipped: [Corner] = []
    private var sides: [Double] = []
    private var stack: [Int] = []
    /// The farthest corner's squared distance from the site.
    private var reach = 0.0

    /// - Parameters:
    ///   - place: of the site in the tree.
    ///   - likely: places of sites that probably have a border with it; it is faster to begin with them.
    mutating func cut(_ place: Int, of tree: SiteTree, likely: some Sequence<Int>) {
        let site = tree.sites[place]
        polygon.removeAll(keepingCapacity: true)
        polygon.append(Corner(x: -site.x, y: -site.y, across: -1))
        polygon.append(Corner(x: 1 - site.x, y: -site.y, across: -1))
        polygon.append(Corner(x: 1 - site.x, y: 1 - site.y, across: -1))
        polygon.append(Corner(x: -site.x, y: 1 - site.y, across: -1))
        measureReach()
        for other in likely where !polygon.isEmpty { clip(by: tree.sites[other], site) }
        // The own leaf first, then ever larger surroundings.
        let leaf = place / SiteTree.leafSize
        visit(leaf: leaf, site, tree)
        var node = tree.leaves + leaf
        while node > 1, !polygon.isEmpty {
            visit(node: node ^ 1, site, tree)
            node /= 2
        }
    }

    private mutating func visit(node: Int, _ site: SiteTree.Site, _ tree: SiteTree) {
        stack.removeAll(keepingCapacity: true)
        stack.append(node)
        while let node = stack.popLast(), !polygon.isEmpty {
            guard canBeCut(by: tree.boxes[node], site) else { continue }
            guard node < tree.leaves else {
                visit(leaf: node - tree.leaves, site, tree)
                continue
            }
            let isFirstNearer =
                Self.squaredDistance(tree.boxes[2 * node], x: site.x, y: site.y)
                <= Self.squaredDistance(tree.boxes[2 * node + 1], x: site.x, y: site.y)
            stack.append(isFirstNearer ? 2 * node + 1 : 2 * node)
            stack.append(isFirstNearer ? 2 * node : 2 * node + 1)
        }
    }

    private mutating func visit(leaf: Int, _ site: SiteTree.Site, _ tree: SiteTree) {
        for place in tree.range(leaf: leaf) where !polygon.isEmpty {
            clip(by: tree.sites[place], site)
        }
    }

    private mutating func clip(by other: SiteTree.Site, _ site: SiteTree.Site) {
        guard other.number != site.number else { return }
        comparisons += 1
        let dx = other.x - site.x
        let dy = other.y - site.y
        let squared = dx * dx + dy * dy
        if squared == 0 {
            let isHeavier = other.weight > site.weight || (other.weight == site.weight && other.number < site.number)
            if isHeavier { polygon.removeAll(keepingCapacity: true) }
            return
        }
        let border = (squared + site.weight - other.weight) / 2
        if border > 0, border * border >= squared * reach { return }
        clip(dx, dy, border, across: Int32(truncatingIfNeeded: other.number))
    }

    /// Whether a site in the box may take a corner.
    ///
    /// First whether its border may come nearer than the farthest corner: the border with a site at the distance d that
    /// weighs less by Δ lies at (d² + Δ)/(2d), which grows with d from √Δ on, or from 0 on where Δ is negative. Then whether
    /// the box is as near to a corner as the own site, or long thin cells would be compared with all that is around them.
    private func canBeCut(by box: SiteTree.Box, _ site: SiteTree.Site) -> Bool {
        let lighter = site.weight - box.maxWeight
        let distance = Self.squaredDistance(box, x: site.x, y: site.y)
        // There may be a site at the same place.
        if distance == 0 { return true }
        let squared = max(distance, lighter)
        let border = squared + lighter
        guard border <= 0 || border * border < 4 * squared * reach else { return false }
        for corner in polygon {
            let own = corner.x * corner.x + corner.y * corner.y - lighter
            if Self.squaredDistance(box, x: site.x + corner.x, y: site.y + corner.y) < own { return true }
        }
        return false
    }

    @inline(__always)
    private static func squaredDistance(_ box: SiteTree.Box, x: Double, y: Double) -> Double {
        let dx = max(box.minX - x, x - box.maxX, 0)
        let dy = max(box.minY - y, y - box.maxY, 0)
        return dx * dx + dy * dy
    }

    /// Keeps the part of the polygon where x·dx + y·dy is at most `border` (Sutherland and Hodgman 1974).
    private mutating func clip(_ dx: Double, _ dy: Double, _ border: Double, across: Int32) {
        var farthest = -Double.infinity
        for corner in polygon { farthest = max(farthest, corner.x * dx + corner.y * dy - border) }
        // A site that was met before cuts nothing but crumbs of rounding.
        guard farthest > 0, !polygon.contains(where: { $0.across == across }) else { return }
        sides.removeAll(keepingCapacity: true)
        for corner in polygon { sides.append(corner.x * dx + corner.y * dy - border) }
        clipped.removeAll(keepingCapacity: true)
        for place in polygon.indices {
            let next = place + 1 == polygon.count ? 0 : place + 1
            let from = polygon[place]
            let to = polygon[next]
            let fromSide = sides[place]
            let toSide = sides[next]
            if fromSide <= 0 {
                // An edge that would begin on the border and lead out is the border itself now.
                let isOnBorder = fromSide == 0 && toSide > 0
                clipped.append(Corner(x: from.x, y: from.y, across: isOnBorder ? across : from.across))
            }
            guard (fromSide < 0 && toSide > 0) || (fromSide > 0 && toSide < 0) else { continue }
            let part = fromSide / (fromSide - toSide)
            clipped.append(
                Corner(
                    x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y),
                    across: fromSide < 0 ? across : from.across))
        }
        if clipped.count < 3 { clipped.removeAll(keepingCapacity: true) }
        swap(&polygon, &clipped)
        measureReach()
    }

    private mutating func measureReach() {
        reach = 0
        for corner in polygon { reach = max(reach, corner.x * corner.x + corner.y * corner.y) }
    }
}
