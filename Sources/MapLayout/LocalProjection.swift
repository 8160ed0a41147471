public import IndexFiles

/// A few vectors and a query in the plane in which these vectors vary most (PCA).
public struct LocalProjection: Sendable {
    /// For each vector, −1 to 1.
    public let x: [Float]
    public let y: [Float]
    public let query: (x: Float, y: Float)
    /// The part of the vectors' variance that the plane shows, 0 to 1.
    public let explained: Float

    /// - Parameters:
    ///   - nodes: below `index.count`; their order is that of `x` and `y`.
    ///   - query: as the user gave it; for a cosine index it is normalised as the stored vectors are.
    /// - Returns: nil for fewer than two nodes.
    public init?(index: IndexFile, nodes: [UInt32], query: [Float]) {
        guard nodes.count >= 2, let vectors = index.vectors, query.count == vectors.dimension else { return nil }
        let rows = VectorRows(vectors, count: nodes.count, dimension: vectors.dimension) { nodes[$0] }
        let plane = PrincipalPlane(rows, seed: 1)
        let places = plane.project(rows)
        var query = query
        if index.metric == .cosine {
            let length = query.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if length > 0 { query = query.map { $0 / length } }
        }
        let place = plane.project(VectorRows(query))
        let largest = zip(places.x + place.x, places.y + place.y).reduce(0) { max($0, abs($1.0), abs($1.1)) }
        let scale = largest > 0 ? 1 / largest : 0
        x = places.x.map { $0 * scale }
        y = places.y.map { $0 * scale }
        self.query = (place.x[0] * scale, place.y[0] * scale)
        explained = plane.explained
    }
}
