public import IndexFiles

/// Where every vector of an index stands on the plane. Map units run from 0 to 65535 along each axis.
///
/// The same file gives the same map on every start and on every machine. It is a projection: near on the map mostly
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
    /// A hash of each node's vector, by which the next revision finds its nodes again.
    let fingerprints: [UInt64]

    init(
        nodes: MapNodes, x: [UInt16], y: [UInt16], cells: MapCells?, method: String, fingerprints: [UInt64]
    ) {
        self.nodes = nodes
        self.x = x
        self.y = y
        self.cells = cells
        self.method = method
        self.fingerprints = fingerprints
    }

    /// Makes the map of an index. Takes time that grows with the index: for a worker thread.
    ///
    /// - Parameters:
    ///   - previous: the map of the revision before. Vectors that it knows start where they were.
    ///   - draft: gets the map as far as it is made, now and then; returning false stops.
    /// - Returns: nil when stopped.
    public init?(
        of index: IndexFile, seed: UInt64 = 1, previous: IndexMap? = nil,
        draft: (MapDraft) -> Bool = { _ in true }
    ) {
        let maker = MapMaker(index: index, seed: seed, previous: previous)
        guard let map = maker.make({ draft(maker.draft(done: $0, total: $1)) }) else { return nil }
        self = map
    }
}

/// The cells of an IVF index: the Voronoi cells of its centroids' places.
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
