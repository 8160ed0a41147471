/// What a search cost.
public struct SearchCounters: Sendable, Equatable {
    /// A count by a library's own name for it, and by its own rules.
    public struct LibraryCounter: Sendable, Equatable {
        public let name: String
        public let value: Int

        public init(_ name: String, _ value: Int) {
            self.name = name
            self.value = value
        }
    }

    /// Distances really computed, those to centroids and in rescoring included.
    public var distances = 0
    /// Neighbour lists read, on all layers and in all stages.
    public var expansions = 0
    /// Distances to centroids among `distances`.
    public var centroids = 0
    /// Inverted lists scanned; empty ones don't count.
    public var lists = 0
    /// Vectors in the lists scanned, or all vectors where there are no lists.
    public var listVectors = 0
    /// Candidates ranked again by a finer code.
    public var rescored = 0
    /// What the library itself would report: hnswlib's `metric_hops` and `metric_distance_computations` (0.8: upper layers
    /// alone), Faiss's `indexIVF_stats` and `hnsw_stats`. Those of a coarse quantizer begin with `quantizer_`.
    public var library: [LibraryCounter] = []

    public init() {}

    /// A library's counter by its name.
    public subscript(name: String) -> Int? { library.first { $0.name == name }?.value }
}
