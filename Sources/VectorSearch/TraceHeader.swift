/// What a trace needs beside its events to be replayed.
public struct TraceHeader: Sendable, Equatable {
    /// Whose search it is.
    public enum Algorithm: String, Sendable, Equatable {
        case hnswlib
        case faissIVF
        case faissFlat
    }

    /// What the nodes of a stage are.
    public enum NodeKind: String, Sendable, Equatable {
        case vectors
        case centroids
        case tree
    }

    public struct Stage: Sendable, Equatable {
        public let name: String
        public let nodes: NodeKind

        public init(name: String, nodes: NodeKind) {
            self.name = name
            self.nodes = nodes
        }
    }

    public var algorithm: Algorithm
    /// Results asked for.
    public var k: Int
    /// The effective value: `max(efSearch, k)`. 0 where the algorithm has none.
    public var efSearch: Int
    /// The effective value: `min(nprobe, nlist)`. 0 where the algorithm has none.
    public var nprobe: Int
    /// No deletions and no filter: hnswlib then computes the base entry's distance anew and stops at the first candidate beyond the bound.
    public var bare: Bool
    /// Larger distances are nearer (Faiss inner product).
    public var largerIsNearer: Bool
    public var stages: [Stage]

    public init(
        algorithm: Algorithm, k: Int, efSearch: Int = 0, nprobe: Int = 0, bare: Bool = true,
        largerIsNearer: Bool = false,
        stages: [Stage]
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
