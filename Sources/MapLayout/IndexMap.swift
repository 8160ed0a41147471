public import IndexFiles

/// Where every vector of an index stands on the plane. Map units run from 0 to 65535 along each axis.
///
/// The same file gives the same map on every start, on processors with the same vector instructions. It is a projection: near on the map mostly
/// means near, far may mean anything.
public struct IndexMap: Sendable {
    /// The nodes by their importance.
    public let nodes: MapNodes
    /// For each node; see `HNSWGraph` and `IVFLists` for what a node is.
    public let x: [UInt16]
    public let y: [UInt16]
    /// The cells of an IVF index.
    public let cells: MapCells?
    /// How the places were found, for people.
    public let method: String
    /// A hash of each node's vector and label, by which the next revision finds its nodes again.
    let fingerprints: [UInt64]
    /// How the layout was fitted into the map; nil where the cells came first, or nothing was laid out.
    let frame: MapFrame?
    /// Where the layout put the centroids, before their cells took their shapes.
    let sites: CellSites?

    init(
        nodes: MapNodes, x: [UInt16], y: [UInt16], cells: MapCells?, method: String, fingerprints: [UInt64],
        frame: MapFrame? = nil, sites: CellSites? = nil
    ) {
        self.nodes = nodes
        self.x = x
        self.y = y
        self.cells = cells
        self.method = method
        self.fingerprints = fingerprints
        self.frame = frame
        self.sites = sites
    }

    /// Makes the map of an index. Takes time that grows with the index: for a worker thread.
    ///
    /// - Parameters:
    ///   - previous: the map of the revision before. Vectors that it knows stay where they were.
    ///   - threads: that work on it, the caller's included; the map is the same for any number.
    ///   - niceness: of the others; above 0 the threads of searches go first.
    ///   - pace: is asked now and then what is wanted, with the nodes that have places and the work done and to do.
    ///   - draft: gets the map as far as it is made, whenever `pace` says so.
    /// - Returns: nil when stopped.
    public init?(
        of index: IndexFile, seed: UInt64 = 1, previous: IndexMap? = nil, threads: Int = 2, niceness: Int32 = 0,
        pace: @escaping (_ placed: Int, _ done: Int, _ total: Int) -> MapPace = { _, _, _ in .goOn },
        draft: @escaping (MapDraft) -> Void = { _ in }
    ) {
        let team = WorkTeam(threads: threads, niceness: niceness)
        defer { team.end() }
        var maker = MapMaker(
            index: index, seed: seed, previous: previous, team: team,
            pacer: MapPacer(total: 1, pace: pace, show: draft))
        guard let map = maker.make() else { return nil }
        self = map
    }

    /// The upper levels of a graph alone, which take milliseconds: what a map of the same index and seed begins with.
    ///
    /// - Parameter maxNodes: that are laid out at the most.
    /// - Returns: nil for an index without levels, and where the highest has too many nodes.
    public static func topLevels(
        of index: IndexFile, seed: UInt64 = 1, maxNodes: Int = 10_000, threads: Int = 2
    ) -> MapDraft? {
        let team = WorkTeam(threads: threads, niceness: 0)
        defer { team.end() }
        var maker = MapMaker(
            index: index, seed: seed, previous: nil, team: team, fingerprints: [],
            pacer: MapPacer(total: 1, pace: { _, _, _ in .goOn }, show: { _ in }))
        return maker.topLevels(maxNodes: maxNodes)
    }
}

/// The cells of an IVF index: a power diagram whose areas follow the sizes of the lists.
public struct MapCells: Sendable, Equatable {
    /// Of the centroids, in cell order.
    public let x: [UInt16]
    public let y: [UInt16]
    /// Vectors in each cell.
    public let sizes: [UInt32]
    /// For each cell the number of its polygon's first corner; one more entry closes the last cell. A cell whose
    /// centroid shares its place with an earlier one has no corners.
    public let starts: [UInt32]
    public let cornerX: [UInt16]
    public let cornerY: [UInt16]
}
