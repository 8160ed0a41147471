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
        var deleted = 0
        switch file.structure {
        case .hnsw(let graph):
            shape = .hnsw(
                levels: graph.nodesPerLevel, entryPoint: graph.count == 0 ? nil : graph.entryPoint, m: graph.M,
                efConstruction: Int(clamping: graph.efConstruction))
            defaults.efSearch = TraceHeader.defaultEfSearch
            deleted = graph.deletedCount
        case .ivf(let lists):
            shape = .ivf(nlist: lists.nlist, nprobe: lists.nprobe)
            defaults.nprobe = lists.nprobe
        case .flat: shape = .flat
        }
        self.init(
            library: file.library.rawValue, name: index.name, title: sidecar.title, note: sidecar.note, shape: shape,
            metric: file.metric.rawValue, metricIsGuessed: file.metricIsGuessed,
            largerIsNearer: file.largerIsNearer, dimension: file.dimension,
            count: file.count, deleted: deleted, revision: index.revision, bytes: file.byteCount,
            hasWideLabels: file.hasWideLabels, defaults: defaults, hasMedia: sidecar.media != nil,
            hasCaptions: sidecar.caption != nil && !index.loaded.items.isEmpty, queries: index.loaded.queries.count,
            warnings: file.warnings.map { "\($0.field): \($0.message)" } + index.loaded.sidecarWarnings, error: error)
    }
}

extension Reply {
    /// All that the daemon knows of an index.
    init(describing index: ServedIndex, error: String?) {
        let file = index.file
        var keys = IndexSummary(index, error: error).members
        keys["path"] = .string(file.path)
        keys["metricReason"] = .string(file.metricReason)
        keys["header"] = .array(file.header.map { ["name": .string($0.name), "value": .string($0.value)] })
        keys["fileWarnings"] = .array(
            file.warnings.map {
                [
                    "field": .string($0.field), "offset": $0.offset.map { .integer(Int64($0)) } ?? .null,
                    "message": .string($0.message),
                ]
            })
        if case .ivf(let lists) = file.structure {
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
