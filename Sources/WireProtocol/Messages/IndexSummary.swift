public import OrderedCollections

/// What every client is told of an index.
public struct IndexSummary: Sendable, Equatable {
    public enum Shape: Sendable, Equatable {
        /// - Parameters:
        ///   - levels: nodes on each level, from level 0 up.
        ///   - entryPoint: nil in an empty index.
        case hnsw(levels: [Int], entryPoint: UInt32?, m: Int, efConstruction: Int)
        /// - Parameter nprobe: the one stored in the file.
        case ivf(nlist: Int, nprobe: Int)
        case flat
    }

    /// Parameters that a client should begin with.
    public struct Defaults: Sendable, Equatable {
        public var k: Int
        public var efSearch: Int?
        public var nprobe: Int?

        public init(k: Int, efSearch: Int? = nil, nprobe: Int? = nil) {
            self.k = k
            self.efSearch = efSearch
            self.nprobe = nprobe
        }
    }

    /// `hnswlib`, `chroma`, `voyager`, `faiss`, `usearch` or `annoy`.
    public var library: String
    /// For people: "HNSW over Flat (IHNf)".
    public var kind: String
    public var name: String
    public var title: String?
    public var note: String?
    public var shape: Shape
    /// `l2`, `ip`, `cosine` and further ones.
    public var metric: String
    /// The file does not say and nobody told.
    public var metricIsGuessed: Bool
    public var largerIsNearer: Bool
    public var dimension: Int
    /// Vectors, deleted ones included.
    public var count: Int
    /// nil while nobody has counted.
    public var deleted: Int?
    /// The bytes were read to their end and checked; before, an index is searched while that goes on.
    public var isSettled: Bool
    /// Why it can be shown and not be searched.
    public var obstacle: String?
    /// What a search of it leaves out.
    public var limit: String?
    /// Counts the successful loads of this index since the daemon started, from 1.
    public var revision: Int
    public var bytes: Int
    public var hasWideLabels: Bool
    public var defaults: Defaults
    public var hasMedia: Bool
    public var hasCaptions: Bool
    /// Of the items, for filters and captions; empty where nothing is known of them.
    public var columns: [String]
    /// Queries that come with the index.
    public var queries: Int
    public var warnings: [String]
    /// Why the newest bytes of the file could not be taken; this revision answers meanwhile.
    public var error: String?

    public init(
        library: String, kind: String, name: String, title: String?, note: String?, shape: Shape, metric: String,
        metricIsGuessed: Bool, largerIsNearer: Bool, dimension: Int, count: Int, deleted: Int?, isSettled: Bool,
        obstacle: String?, limit: String? = nil, revision: Int, bytes: Int, hasWideLabels: Bool, defaults: Defaults,
        hasMedia: Bool, hasCaptions: Bool, columns: [String], queries: Int, warnings: [String], error: String?
    ) {
        self.library = library
        self.kind = kind
        self.name = name
        self.title = title
        self.note = note
        self.shape = shape
        self.metric = metric
        self.metricIsGuessed = metricIsGuessed
        self.largerIsNearer = largerIsNearer
        self.dimension = dimension
        self.count = count
        self.deleted = deleted
        self.isSettled = isSettled
        self.obstacle = obstacle
        self.limit = limit
        self.revision = revision
        self.bytes = bytes
        self.hasWideLabels = hasWideLabels
        self.defaults = defaults
        self.hasMedia = hasMedia
        self.hasCaptions = hasCaptions
        self.columns = columns
        self.queries = queries
        self.warnings = warnings
        self.error = error
    }

    public var members: JSONObject {
        var keys: JSONObject = ["name": .string(name)]
        keys["title"] = title.map { .string($0) }
        keys["note"] = note.map { .string($0) }
        keys["library"] = .string(library)
        keys["kind"] = .string(kind)
        switch shape {
        case .hnsw(let levels, let entryPoint, let m, let efConstruction):
            keys["structure"] = "hnsw"
            keys["levels"] = .array(levels.map { .integer(Int64($0)) })
            keys["entryPoint"] = entryPoint.map { .integer(Int64($0)) } ?? .null
            keys["M"] = .integer(Int64(m))
            keys["efConstruction"] = .integer(Int64(efConstruction))
        case .ivf(let nlist, let nprobe):
            keys["structure"] = "ivf"
            keys["nlist"] = .integer(Int64(nlist))
            keys["nprobe"] = .integer(Int64(nprobe))
        case .flat: keys["structure"] = "flat"
        }
        keys["metric"] = .string(metric)
        keys["metricGuessed"] = .bool(metricIsGuessed)
        keys["largerIsNearer"] = .bool(largerIsNearer)
        keys["dimension"] = .integer(Int64(dimension))
        keys["count"] = .integer(Int64(count))
        keys["deleted"] = deleted.map { .integer(Int64($0)) } ?? .null
        keys["settled"] = .bool(isSettled)
        keys["searchable"] = .bool(obstacle == nil)
        keys["obstacle"] = obstacle.map { .string($0) }
        keys["limit"] = limit.map { .string($0) }
        keys["revision"] = .integer(Int64(revision))
        keys["bytes"] = .integer(Int64(bytes))
        keys["labels"] = hasWideLabels ? "strings" : "integers"
        var begin: JSONObject = ["k": .integer(Int64(defaults.k))]
        begin["efSearch"] = defaults.efSearch.map { .integer(Int64($0)) }
        begin["nprobe"] = defaults.nprobe.map { .integer(Int64($0)) }
        keys["defaults"] = .object(begin)
        keys["hasMedia"] = .bool(hasMedia)
        keys["hasCaptions"] = .bool(hasCaptions)
        keys["columns"] = .array(columns.map { .string($0) })
        keys["queries"] = .integer(Int64(queries))
        keys["warnings"] = .array(warnings.map { .string($0) })
        keys["error"] = error.map { ["message": .string($0)] }
        return keys
    }
}
