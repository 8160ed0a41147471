/// An index as it stood in its file at one moment: checked, immutable, and in memory that no writer can touch.
public struct IndexFile: Sendable {
    /// Which library wrote the file.
    public enum Library: String, Sendable, Equatable {
        case hnswlib
        case faiss
    }

    /// What is inside.
    public enum Structure: Sendable {
        case hnsw(HNSWGraph)
        case ivf(IVFLists)
        case flat(FlatVectors)
    }

    public let path: String
    public let library: Library
    public let structure: Structure
    public let metric: Metric
    /// True when the file does not say and nobody told: `metricReason` has the evidence.
    public let metricIsGuessed: Bool
    /// Why this metric: "told by the sidecar", "stored in the file", "all 200 sampled vectors have length 1".
    public let metricReason: String
    /// Components of a vector.
    public let dimension: Int
    /// Header fields in file order, for people: `("maxM0", "12")`.
    public let header: [HeaderField]
    public let warnings: [IndexFileWarning]
    /// Bytes of the file.
    public let byteCount: Int
    /// True when a label needs more than 53 bits, so that JSON numbers can't carry it.
    public let hasWideLabels: Bool

    public struct HeaderField: Sendable, Equatable {
        public let name: String
        public let value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Vectors stored, deleted ones included.
    public var count: Int {
        switch structure {
        case .hnsw(let graph): graph.count
        case .ivf(let lists): lists.count
        case .flat(let vectors): vectors.count
        }
    }
}

/// What a sidecar or an operator knows about a file and the file itself does not say.
public struct IndexFileHints: Sendable, Equatable {
    public var metric: Metric?
    public var dimension: Int?

    public init(metric: Metric? = nil, dimension: Int? = nil) {
        self.metric = metric
        self.dimension = dimension
    }
}
