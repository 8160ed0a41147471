internal import CVectorKernels
internal import IndexFiles

extension MapMaker {
    private static let cellEpochs = 500
    /// Vectors come at most this near to the border of their cell, as a part of the way from the centroid.
    private static let reach: Float = 0.9
    /// Vectors that lean the same way are spread over this angle, in radians.
    private static let jitter: Float = 0.7

    /// The map of an IVF index: the centroids by a force layout over their own nearest neighbours, their Voronoi cells,
    /// and each vector inside the cell that holds it.
    func cellMap(_ lists: IVFLists, _ fingerprints: [UInt64], _ progress: (Int, Int) -> Bool) -> IndexMap? {
        let isSmall = lists.nlist <= Self.maxAllPairs
        let centroids = lists.centroids
        var layout = principalStart(centroids, count: lists.nlist)
        let rows = VectorRows(centroids, count: lists.nlist, dimension: centroids?.dimension ?? 0) { UInt32($0) }
        var near: [[(row: Int, squared: Float)]] = Array(repeating: [], count: lists.nlist)
        if isSmall {
            near = rows.nearest(Self.neighbours)
            var links = ForceLayout.Links()
            for found in near { links.addNode(found) }
            let epochs = Self.cellEpochs
            guard layout.run(links, epochs: epochs, rate: 1, seed: seed, progress: { progress($0, epochs) }) else {
                return nil
            }
        }
        let centres = zip(MapFrame.fit(layout.x), MapFrame.fit(layout.y)).map {
            PlanePoint(x: Double($0), y: Double($1))
        }
        let polygons = isSmall ? VoronoiCells(points: centres).polygons : centres.map { _ in [] }
        var x = [UInt16](repeating: 0, count: index.count)
        var y = x
        for cell in 0..<lists.nlist {
            let places = vectorPlaces(lists, rows, cell, centres, polygons[cell], near[cell].map(\.row))
            for (offset, place) in places.enumerated() {
                x[lists.places.starts[cell] + offset] = MapFrame.mapUnit(Float(place.x))
                y[lists.places.starts[cell] + offset] = MapFrame.mapUnit(Float(place.y))
            }
            guard cell % 256 != 0 || progress(cell, lists.nlist) else { return nil }
        }
        var starts: [UInt32] = [0]
        for polygon in polygons { starts.append((starts.last ?? 0) + UInt32(polygon.count)) }
        let corners = polygons.joined()
        return IndexMap(
            nodes: nodes, x: x, y: y,
            cells: MapCells(
                x: centres.map { MapFrame.mapUnit(Float($0.x)) }, y: centres.map { MapFrame.mapUnit(Float($0.y)) },
                sizes: (0..<lists.nlist).map { UInt32(lists.size(of: $0)) }, starts: starts,
                cornerX: corners.map { MapFrame.mapUnit(Float($0.x)) },
                cornerY: corners.map { MapFrame.mapUnit(Float($0.y)) }),
            method: isSmall
                ? "centroids by forces over their nearest neighbours; vectors inside their cell, towards the cells they are near"
                : "centroids by their first two principal components (PCA); vectors towards the cells they are near",
            fingerprints: fingerprints)
    }

    /// Each vector leans towards the centroids it is near beside its own, and stands the farther out the farther it is
    /// from its own centroid, by rank.
    private func vectorPlaces(
        _ lists: IVFLists, _ centroids: VectorRows, _ cell: Int, _ centres: [PlanePoint], _ polygon: [PlanePoint],
        _ near: [Int]
    ) -> [PlanePoint] {
        let size = lists.size(of: cell)
        guard size > 0 else { return [] }
        let kernel = annscope_best_kernels().squared_l2
        let compared = centroids.rows([cell] + near)
        // Behind an independent quantizer vectors and centroids may be no points of one space.
        let areComparable = index.vectors?.dimension == compared.dimension
        var own = [Float](repeating: 0, count: size)
        var leaning = [(x: Float, y: Float)](repeating: (0, 0), count: size)
        let centre = centres[cell]
        for offset in 0..<size {
            guard areComparable else { continue }
            let vector = index.vectorComponents(UInt32(lists.places.starts[cell] + offset))
            let distances = compared.squaredDistances(from: vector, kernel)
            own[offset] = distances[0].isFinite ? distances[0] : .greatestFiniteMagnitude
            for (place, other) in near.enumerated() {
                // The share of the own centroid's distance: 1 on the border, small far away. Squared, so that the nearest lead.
                let share = own[offset] / max(distances[place + 1], .leastNormalMagnitude)
                guard share.isFinite else { continue }
                leaning[offset].x += share * share * Float(centres[other].x - centre.x)
                leaning[offset].y += share * share * Float(centres[other].y - centre.y)
            }
        }
        let order = (0..<size).sorted { (own[$0], $0) < (own[$1], $1) }
        var places = [PlanePoint](repeating: centre, count: size)
        var random = SplitMix64(seed: seed &+ UInt64(cell))
        for (rank, offset) in order.enumerated() {
            let turn = (random.unit() - 0.5) * 2 * Self.jitter
            let direction = Self.turned(leaning[offset], by: turn, fallback: &random)
            let radius = ((Float(rank) + 0.5) / Float(size)).squareRoot() * Self.reach
            let way = Double(radius) * Self.distanceToBorder(polygon, from: centre, direction)
            places[offset] = PlanePoint(x: centre.x + direction.x * way, y: centre.y + direction.y * way)
        }
        return places
    }

    /// The unit vector of a direction after a small turn, by the tangent of half the angle: no library function is
    /// involved whose last digit depends on the machine.
    private static func turned(
        _ direction: (x: Float, y: Float), by angle: Float, fallback random: inout SplitMix64
    ) -> PlanePoint {
        var x = Double(direction.x)
        var y = Double(direction.y)
        if x * x + y * y < 1e-18 || !(x * x + y * y).isFinite {
            x = Double(random.unit()) - 0.5
            y = Double(random.unit()) - 0.5
            if x * x + y * y < 1e-18 { x = 1 }
        }
        let length = (x * x + y * y).squareRoot()
        (x, y) = (x / length, y / length)
        let half = Double(angle) / 2
        let cosine = (1 - half * half) / (1 + half * half)
        let sine = 2 * half / (1 + half * half)
        return PlanePoint(x: x * cosine - y * sine, y: x * sine + y * cosine)
    }

    /// How far it is from a place inside a convex polygon to its border; a small step where there is no polygon.
    private static func distanceToBorder(
        _ polygon: [PlanePoint], from place: PlanePoint, _ direction: PlanePoint
    ) -> Double {
        var nearest = Double.infinity
        for corner in polygon.indices {
            let from = polygon[corner]
            let to = polygon[(corner + 1) % polygon.count]
            let edge = PlanePoint(x: to.x - from.x, y: to.y - from.y)
            let across = direction.x * edge.y - direction.y * edge.x
            guard abs(across) > 1e-15 else { continue }
            let way = ((from.x - place.x) * edge.y - (from.y - place.y) * edge.x) / across
            if way > 0 { nearest = min(nearest, way) }
        }
        return nearest.isFinite ? nearest : 0.01
    }
}
