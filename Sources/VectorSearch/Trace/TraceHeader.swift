/// What a trace needs beside its events to be replayed.
public struct TraceHeader: Sendable, Equatable {
    /// Whose search it is, by how its queues work.
    public enum Algorithm: String, Sendable, Equatable, CaseIterable {
        /// hnswlib's `HierarchicalNSW` and its relatives.
        case hnswlib
        /// hnswlib's `BruteforceSearch`.
        case hnswlibFlat
        case faissHNSW
        case faissNSG
        case faissIVF
        /// Every vector is compared: `IndexFlat`, also over codes.
        case faissFlat
        /// The best of the stages before are ranked again (`IndexRefine`, `IndexIVFPQR`).
        case faissRefine
        case usearch
        case annoy
    }

    /// What the nodes of a stage are.
    public enum NodeKind: String, Sendable, Equatable {
        case vectors
        case centroids
        case tree
    }

    /// One search within the search; an event says its stage's number in its flags.
    public struct Stage: Sendable, Equatable {
        public var name: String
        public var nodes: NodeKind
        public var algorithm: Algorithm
        /// Results that the stage looks for.
        public var k: Int
        /// Of a graph's search: `max(efSearch, k)`; NSG's pool size. 0 where there is none.
        public var efSearch = 0
        /// Faiss's HNSW: candidates are kept in a queue of `efSearch` places.
        public var isQueueBounded = true
        /// Faiss's HNSW: the search stops when as many nearer candidates as this were met; 0 where that is not checked.
        public var relativeLimit = 0
        /// Larger distances are nearer. A quantizer or a refining index may hold it otherwise than the whole.
        public var largerIsNearer = false

        public init(
            name: String, nodes: NodeKind, algorithm: Algorithm, k: Int, efSearch: Int = 0, largerIsNearer: Bool = false
        ) {
            self.name = name
            self.nodes = nodes
            self.algorithm = algorithm
            self.k = k
            self.efSearch = efSearch
            self.largerIsNearer = largerIsNearer
        }
    }

    /// That of the index within all wrappers.
    public var algorithm: Algorithm
    /// Results asked for.
    public var k: Int
    /// The effective value: `max(efSearch, k)`. 0 where the algorithm has none.
    public var efSearch: Int
    /// The effective value: `min(nprobe, nlist)`. 0 where the algorithm has none.
    public var nprobe: Int
    /// Annoy's `search_k`. 0 where the algorithm has none.
    public var searchK = 0
    /// No deletions and no filter: hnswlib then computes the base entry's distance anew and stops at the first candidate beyond the bound.
    public var bare: Bool
    /// Larger distances are nearer (Faiss inner product).
    public var largerIsNearer: Bool
    /// In the order in which they run.
    public var stages: [Stage]
    /// The index searched is behind a transform, and sees the query changed.
    public var isTransformed = false

    public init(
        algorithm: Algorithm, k: Int, efSearch: Int = 0, nprobe: Int = 0, bare: Bool = true,
        largerIsNearer: Bool = false, stages: [Stage] = []
    ) {
        self.algorithm = algorithm
        self.k = k
        self.efSearch = efSearch
        self.nprobe = nprobe
        self.bare = bare
        self.largerIsNearer = largerIsNearer
        self.stages = stages
    }
}
