internal import IndexFiles
internal import OrderedCollections
internal import VectorSearch
internal import WireProtocol

extension IndexSummary {
    /// - Parameter error: why the newest bytes of the file could not be taken.
    init(_ index: ServedIndex, error: String? = nil) {
        let file = index.file
        let sidecar = index.loaded.sidecar
        let shape: Shape
        var defaults = Defaults(k: 5)
        switch file.structure {
        case .hnsw(let graph):
            shape = .hnsw(
                levels: graph.nodesPerLevel, entryPoint: graph.entryNode, m: graph.M,
                efConstruction: Int(clamping: graph.efConstruction))
            defaults.efSearch = TraceHeader.defaultEfSearch
        case .faissHNSW(let graph):
            shape = .hnsw(
                levels: graph.nodesPerLevel, entryPoint: graph.entryNode, m: graph.M,
                efConstruction: graph.efConstruction)
            defaults.efSearch = graph.efSearch
        case .nsg(let graph):
            shape = .hnsw(
                levels: graph.nodesPerLevel, entryPoint: graph.entryNode, m: graph.R, efConstruction: graph.L)
            defaults.efSearch = graph.searchL
        case .usearch(let graph):
            shape = .hnsw(
                levels: graph.nodesPerLevel, entryPoint: graph.entryNode, m: graph.maxBaseLinks / 2, efConstruction: 0)
            defaults.efSearch = TraceHeader.defaultExpansion
        case .ivf(let lists):
            shape = .ivf(nlist: lists.nlist, nprobe: lists.nprobe)
            defaults.nprobe = lists.nprobe
        case .flat, .forest: shape = .flat
        }
        self.init(
            library: file.library.rawValue, kind: file.object.kind, name: index.name, title: sidecar.title,
            note: sidecar.note, shape: shape,
            metric: file.metric.rawValue, metricIsGuessed: file.metricIsGuessed,
            largerIsNearer: file.largerIsNearer, dimension: file.dimension,
            count: file.count, deleted: file.deletedCount, isSettled: file.isChecked, obstacle: file.searchObstacle,
            limit: file.searchLimit, revision: index.revision, bytes: file.byteCount,
            hasWideLabels: file.hasWideLabels, defaults: defaults, hasMedia: sidecar.media != nil,
            hasCaptions: sidecar.caption != nil && !index.loaded.items.isEmpty,
            columns: index.loaded.items.columns, queries: index.loaded.queries.count,
            warnings: file.warnings.map { "\($0.field): \($0.message)" } + index.loaded.sidecarWarnings, error: error)
    }
}

extension Reply {
    /// A column with more distinct values is listed by its name alone.
    private static let maxDistinctValues = 100
    /// Of the others the most frequent are.
    private static let maxListedValues = 20

    /// All that the daemon knows of an index.
    ///
    /// - Parameter map: what is known of its map, once there is one.
    init(describing index: ServedIndex, error: String?, map: JSONValue?) {
        var keys = IndexSummary(index, error: error).members
        // The file's own warnings have their fields and places; those of the summary are of the sidecar, too.
        keys.merge(Inspection(index.file).members) { summary, _ in summary }
        keys["truth"] = index.truth.json
        keys["map"] = map
        keys["fileWarnings"] = Inspection.json(index.file.warnings)
        let items = index.loaded.items
        let examples = items.columns.enumerated().compactMap { place, name in
            items.distinctValues(ofColumn: place, atMost: Self.maxDistinctValues).map { values in
                (name, JSONValue.array(values.prefix(Self.maxListedValues).map { .string($0) }))
            }
        }
        keys["columnValues"] = .object(JSONObject(examples) { first, _ in first })
        if case .ivf(let lists) = index.file.structure {
            keys["listSizes"] = .array((0..<lists.nlist).map { .integer(Int64(lists.size(of: $0))) })
        }
        self.init(keys)
    }

    init(queriesOf index: ServedIndex) {
        var keys: JSONObject = [:]
        keys["note"] = index.loaded.queriesNote.map { .string($0) }
        keys["queries"] = .array(
            index.loaded.queries.map { query in
                var members: JSONObject = [:]
                members["text"] = query.text.map { .string($0) }
                members["image"] = query.image.map { .string($0) }
                members["vector"] = .array(query.vector.map { .number(Double($0)) })
                return .object(members)
            })
        self.init(keys)
    }
}
