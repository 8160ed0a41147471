public import IndexFiles

/// The candidates of one search laid out on their own, round the query.
///
/// The drawn distance from the query follows the measured one. The distances between candidates resemble the true ones
/// as well as the plane lets them: `stress` and `neighbours` say how well. The picture is turned so that it lies as the
/// whole map does.
public struct LocalMap: Sendable {
    /// The candidates drawn: results as given, then the nearest first.
    public let nodes: [UInt32]
    /// For each, −1 to 1, inside the unit circle.
    public let x: [Float]
    public let y: [Float]
    public let query: Query
    /// What is lost: Kruskal's stress-1 over the pairs that were laid out, 0 to about 1. nil without stored vectors, and
    /// for fewer than two.
    public let stress: Float?
    /// The part of each candidate's nearest others that are among as many nearest in the drawing, over a sample.
    public let neighbours: Float?
    /// There were more candidates than are drawn.
    public let isSampled: Bool
    /// How it was made, for people.
    public let note: String

    /// Where the query is drawn.
    public struct Query: Sendable, Equatable {
        public let x: Float
        public let y: Float
        /// How far the drawn distances of its nearest are from the measured ones, in units of the drawing.
        public let spread: Float
    }

    /// Candidates that are drawn at most.
    public static let maxNodes = 2000
    /// The least distance of two points as part of the drawing's radius: a little over 3 pixels of 330.
    private static let gap: Float = 3.4 / 330

    /// Takes milliseconds: for a worker thread.
    ///
    /// - Parameters:
    ///   - nodes: what the search evaluated, each once or more; the first `results` are drawn whatever their distance.
    ///   - distances: as the search measured them, one a node.
    ///   - query: as the index within all transforms was asked.
    ///   - global: the map of the index, which it is turned like and starts from.
    ///   - place: where the query stands on that map.
    public init(
        index: IndexFile, nodes: [UInt32], distances: [Float], results: Int = 0, query: [Float], largerIsNearer: Bool,
        global: IndexMap? = nil, place: QueryPlace? = nil, seed: UInt64 = 1
    ) {
        let form = DistanceForm(index.metric, largerIsNearer: largerIsNearer)
        let choice = LocalChoice(
            nodes: nodes, distances: distances, below: index.count, results: results, form: form, most: Self.maxNodes)
        let space = LocalSpace(
            index: index, nodes: choice.nodes, distances: choice.distances, query: query, largerIsNearer: largerIsNearer
        )
        let scale = LocalScale(reach: space.reach)
        let radii = space.reach.map(scale.radius)
        let start = LocalStart(nodes: choice.nodes, global: global, place: place, seed: seed)
        let order = radii.indices.sorted { (radii[$0], $0) < (radii[$1], $1) }
        let fitted = LocalScale.fit(LocalPairs(space, order: order), radii: radii)
        var descent = StressDescent(
            places: zip(start.directions, radii).map { $0 * $1 }, radii: radii)
        descent.run(fitted, seed: seed)
        var declutter = Declutter(start.aligned(descent.places), gap: Self.gap, seed: seed)
        declutter.run()
        let places = declutter.places
        let reach = places.map { ($0 * $0).sum().squareRoot() }
        self.nodes = choice.nodes
        x = places.map(\.x)
        y = places.map(\.y)
        let nearest = order.prefix(QueryAnchors.most)
        let squares = nearest.reduce(0) { $0 + (reach[$1] - radii[$1]) * (reach[$1] - radii[$1]) }
        self.query = Query(
            x: 0, y: 0, spread: nearest.isEmpty ? 0 : (squares / Float(nearest.count)).squareRoot())
        let quality = LocalQuality(space, places, fitted)
        stress = quality.stress
        neighbours = quality.neighbours
        isSampled = choice.isSampled
        note = Self.note(hasVectors: space.hasVectors)
    }

    private static func note(hasVectors: Bool) -> String {
        hasVectors
            ? "local map: distances from the query are in the order of the measured ones, those between vectors "
                + "resemble the true ones (stress descent)"
            : "local map: distances from the query are in the order of the measured ones; no vectors are stored, so "
                + "directions are those on the map of the index"
    }
}
