internal import CVectorKernels
public import IndexFiles

/// How true a map is to the vectors: what share of it can be believed, and where it can't.
///
/// Vectors are compared by their Euclidean distance (squared), decoded where codes are stored, whatever the index's
/// metric is: a map is made by it. Ties go by number, among the vectors and on the map alike, so that duplicates are each
/// other's neighbours in both.
public struct MapQuality: Sendable, Equatable {
    /// Neighbours of a vector that are looked at.
    public static let neighbours = 15

    /// 1 when what stands nearest on the map is nearest in truth, too; about ½ for chance places. Venna and Kaski 2001
    /// ("Neighborhood preservation in nonlinear projection methods"), as `sklearn.manifold.trustworthiness` has it.
    public let trustworthiness: Double
    /// The share of the true nearest that are among as many nearest on the map, from 0 to 1.
    public let kept: Double
    /// So many vectors' neighbourhoods were looked at.
    public let sampled: Int
    /// So many vectors they were compared with: all, or so many chance ones, whose order among themselves then counts.
    public let among: Int
    /// Vectors of the map.
    public let nodes: Int
    public let misplaced: MisplacedNodes

    init(
        trustworthiness: Double, kept: Double, sampled: Int, among: Int, nodes: Int, misplaced: MisplacedNodes
    ) {
        self.trustworthiness = trustworthiness
        self.kept = kept
        self.sampled = sampled
        self.among = among
        self.nodes = nodes
        self.misplaced = misplaced
    }

    /// Measures a map. Takes up to a few seconds: for a worker thread.
    ///
    /// - Parameter isCancelled: looked at every few milliseconds.
    /// - Returns: nil when cancelled; for `neighbours` vectors and fewer; where no vectors are stored.
    public init?(of map: IndexMap, _ index: IndexFile, seed: UInt64 = 1, isCancelled: () -> Bool = { false }) {
        guard let vectors = index.vectors, index.count > Self.neighbours, map.x.count == index.count,
            vectors.count >= index.count, vectors.dimension > 0
        else { return nil }
        let sample = QualitySample(count: index.count, dimension: vectors.dimension, seed: seed)
        let measure = NeighbourhoodMeasure(map, vectors, sample.among)
        guard let found = measure.measure(sample.chosen, isCancelled: isCancelled) else { return nil }
        let near: MisplacedNodes.Neighbourhoods
        if let graph = index.structure.graph {
            near = .links(graph, vectors)
        } else {
            near = .known(Dictionary(uniqueKeysWithValues: zip(sample.chosen.map { sample.among[$0] }, found.nearest)))
        }
        guard let misplaced = MisplacedNodes(of: map, near, isCancelled: isCancelled) else { return nil }
        let among = Double(sample.among.count)
        let wanted = Double(Self.neighbours)
        let chosen = Double(sample.chosen.count)
        // The largest sum of surplus ranks that a neighbourhood can have, times 2: the other case is for maps of fewer
        // than twice as many vectors (Venna and Kaski 2001, and Venna's thesis of 2007, section 4.3).
        let most = wanted < among / 2 ? wanted * (2 * among - 3 * wanted - 1) : (among - wanted) * (among - wanted - 1)
        self.init(
            trustworthiness: most > 0 ? 1 - 2 * Double(found.surplus) / (chosen * most) : 1,
            kept: Double(found.kept) / (chosen * wanted), sampled: sample.chosen.count, among: sample.among.count,
            nodes: index.count, misplaced: misplaced)
    }
}

/// The vectors that stand for all when a map is measured, by chance but the same for a seed.
struct QualitySample {
    /// In rising order: all nodes, or some of them.
    let among: [UInt32]
    /// Places in `among`, rising.
    let chosen: [Int]

    static let maxAmong = 100_000
    static let maxChosen = 300
    /// Fewer would say too little, however long their vectors are.
    private static let minChosen = 50
    /// Differences of components that are squared at most, about a second's work, unless `minChosen` needs more.
    private static let maxComponents = 4_000_000_000

    init(count: Int, dimension: Int, seed: UInt64) {
        var random = SplitMix64(seed: seed)
        among =
            count <= Self.maxAmong
            ? (0..<UInt32(count)).map { $0 } : Self.some(Self.maxAmong, of: count, &random).map { UInt32($0) }
        let affordable = Self.maxComponents / (among.count * max(1, dimension))
        chosen = Self.some(min(max(affordable, Self.minChosen), Self.maxChosen), of: among.count, &random)
    }

    /// Some of the numbers below `count`, each set with the same chance, in rising order (Floyd's algorithm; Bentley 1987).
    private static func some(_ wanted: Int, of count: Int, _ random: inout SplitMix64) -> [Int] {
        guard wanted < count else { return (0..<count).map { $0 } }
        var taken: Set<Int> = []
        for last in count - wanted..<count {
            let number = random.below(last + 1)
            taken.insert(taken.contains(number) ? last : number)
        }
        return taken.sorted()
    }
}
