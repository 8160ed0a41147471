/// One index with all that is inside: a structure that is searched, the vectors it searches, and what is wrapped around.
///
/// Faiss nests indexes (a transform around an IDMap around an IVF index, whose coarse quantizer is an index itself); the
/// other libraries write one object a file.
public final class IndexObject: Sendable {
    /// What a search walks through.
    public enum Structure: Sendable {
        /// No structure: every vector is compared.
        case flat
        /// hnswlib's HNSW and its relatives.
        case hnsw(HNSWGraph)
        /// Faiss's HNSW.
        case faissHNSW(FaissHNSWGraph)
        /// Faiss's NSG.
        case nsg(NSGGraph)
        /// usearch's HNSW.
        case usearch(UsearchGraph)
        /// Inverted lists: cells around centroids.
        case ivf(IVFLists)
        /// Annoy's trees.
        case forest(AnnoyForest)

        /// The graph, where there is one.
        public var graph: (any LayeredGraph)? {
            switch self {
            case .hnsw(let graph): graph
            case .faissHNSW(let graph): graph
            case .nsg(let graph): graph
            case .usearch(let graph): graph
            case .flat, .ivf, .forest: nil
            }
        }
    }

    /// What stands around a structure.
    public enum Wrapper: Sendable {
        /// A query goes through these first, in order (`IxPT`).
        case transforms([VectorTransform])
        /// Results are named anew (`IxMp`, `IxM2`).
        case labels
        /// The best `k · kFactor` are ranked again by another index over the same vectors (`IxRF`).
        case refine(IndexObject, kFactor: Float)
        /// The coarse quantizer sees the query as it is, the lists see it transformed (`IwIQ`).
        case independentQuantizer([VectorTransform])
    }

    /// For people: "HNSW over Flat (IHNf)".
    public let kind: String
    public let metric: Metric
    /// The exponent of `lp`; 0 for others.
    public let metricArgument: Float
    /// Components of a query.
    public let dimension: Int
    /// Vectors, deleted ones included. Nodes are numbered from 0 up to it.
    public let count: Int
    public let isTrained: Bool
    public let structure: Structure
    /// nil where the file holds none (a graph saved without its storage, lists without codes).
    public let vectors: StoredVectors?
    public let labels: NodeLabels
    /// Outermost first.
    public let wrappers: [Wrapper]

    init(
        kind: String, metric: Metric, metricArgument: Float = 0, dimension: Int, count: Int, isTrained: Bool = true,
        structure: Structure, vectors: StoredVectors?, labels: NodeLabels, wrappers: [Wrapper] = []
    ) {
        self.kind = kind
        self.metric = metric
        self.metricArgument = metricArgument
        self.dimension = dimension
        self.count = count
        self.isTrained = isTrained
        self.structure = structure
        self.vectors = vectors
        self.labels = labels
        self.wrappers = wrappers
    }

    /// The same with something around it.
    func wrapped(
        _ wrapper: Wrapper, kind: String, metric: Metric, metricArgument: Float = 0, dimension: Int,
        isTrained: Bool = true, labels: NodeLabels? = nil, structure: Structure? = nil
    ) -> IndexObject {
        IndexObject(
            kind: kind, metric: metric, metricArgument: metricArgument, dimension: dimension, count: count,
            isTrained: self.isTrained && isTrained, structure: structure ?? self.structure, vectors: vectors,
            labels: labels ?? self.labels, wrappers: [wrapper] + wrappers)
    }
}
