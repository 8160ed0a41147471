/// The Voronoi cells of points in the unit square: for each point the convex polygon of all places that are nearer to
/// it than to any other point, clipped to the square.
///
/// Each cell starts as the square and is cut by the bisector with every other point, nearest first, until the next
/// point is more than twice as far as the cell's farthest corner, beyond which no bisector can reach it. Points that
/// coincide share their place: the first keeps the cell, the others get an empty one.
public struct VoronoiCells: Sendable, Equatable {
    /// For each point its polygon's corners, counter-clockwise; empty for a point whose place is taken.
    public let polygons: [[PlanePoint]]

    /// - Parameter points: finite, inside the unit square.
    public init(points: [PlanePoint]) {
        polygons = points.indices.map { Self.cell(of: $0, among: points) }
    }

    private static let square = [
        PlanePoint(x: 0, y: 0), PlanePoint(x: 1, y: 0), PlanePoint(x: 1, y: 1), PlanePoint(x: 0, y: 1),
    ]

    private static func cell(of index: Int, among points: [PlanePoint]) -> [PlanePoint] {
        let centre = points[index]
        let others = points.indices.filter { $0 != index }
            .map { (index: $0, squared: squaredDistance(points[$0], centre)) }
            // Equal distances keep the order of the points, so that the result is the same everywhere.
            .sorted { ($0.squared, $0.index) < ($1.squared, $1.index) }
        var polygon = square
        var reach = farthestCorner(polygon, from: centre)
        for other in others {
            if other.squared == 0 {
                if other.index < index { return [] }
                continue
            }
            if other.squared > 4 * reach { break }
            polygon = clipped(polygon, nearer: centre, than: points[other.index])
            reach = farthestCorner(polygon, from: centre)
        }
        return polygon
    }

    /// The part of a convex polygon that is nearer to one point than to another (Sutherland and Hodgman 1974).
    private static func clipped(
        _ polygon: [PlanePoint], nearer centre: PlanePoint, than other: PlanePoint
    ) -> [PlanePoint] {
        let normal = PlanePoint(x: other.x - centre.x, y: other.y - centre.y)
        let middle = PlanePoint(x: (other.x + centre.x) / 2, y: (other.y + centre.y) / 2)
        func side(_ point: PlanePoint) -> Double {
            (point.x - middle.x) * normal.x + (point.y - middle.y) * normal.y
        }
        var result: [PlanePoint] = []
        result.reserveCapacity(polygon.count + 1)
        for place in polygon.indices {
            let from = polygon[place]
            let to = polygon[(place + 1) % polygon.count]
            let fromSide = side(from)
            let toSide = side(to)
            if fromSide <= 0 { result.append(from) }
            if (fromSide < 0 && toSide > 0) || (fromSide > 0 && toSide < 0) {
                let part = fromSide / (fromSide - toSide)
                result.append(PlanePoint(x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y)))
            }
        }
        return result
    }

    private static func squaredDistance(_ a: PlanePoint, _ b: PlanePoint) -> Double {
        (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)
    }

    private static func farthestCorner(_ polygon: [PlanePoint], from centre: PlanePoint) -> Double {
        polygon.reduce(0) { max($0, squaredDistance($1, centre)) }
    }
}
