public import IndexFiles
internal import OrderedCollections
internal import VectorSearch
internal import WireProtocol

/// All that an index file says of itself, for `annscope inspect` and `index.describe`.
public struct Inspection: Sendable {
    let file: IndexFile
    /// How many of the first nodes are shown with their vectors.
    let sampleSize: Int

    /// - Parameter sampleSize: so many of the first nodes are shown with their label and their vector as the file gives
    ///   it; at most `maxSampleSize`.
    public init(_ file: IndexFile, sampleSize: Int = 0) {
        self.file = file
        self.sampleSize = min(max(0, sampleSize), Self.maxSampleSize)
    }

    /// As JSON, indented.
    public var json: String { String(decoding: JSONValue.object(members).encodedPretty(), as: UTF8.self) }

    var members: JSONObject {
        var keys: JSONObject = [
            "path": .string(file.path), "library": .string(file.library.rawValue), "kind": .string(file.object.kind),
            "structure": .string(structure), "count": .integer(Int64(file.count)),
            "deleted": file.deletedCount.map { .integer(Int64($0)) } ?? .null,
            "dimension": .integer(Int64(file.dimension)), "metric": .string(file.metric.rawValue),
        ]
        if file.metric == .lp { keys["metricArgument"] = .number(Double(file.object.metricArgument)) }
        keys["metricGuessed"] = .bool(file.metricIsGuessed)
        keys["metricReason"] = .string(file.metricReason)
        keys["trained"] = .bool(file.object.isTrained)
        keys["vectors"] = vectors
        keys["labels"] = file.hasWideLabels ? "strings" : "integers"
        keys["searchable"] = .bool(file.searchObstacle == nil)
        keys["obstacle"] = file.searchObstacle.map { .string($0) }
        keys["limit"] = file.searchLimit.map { .string($0) }
        if let graph = file.structure.graph { keys["layers"] = Self.layers(graph) }
        if case .ivf(let lists) = file.structure { keys["lists"] = Self.lists(lists) }
        if case .forest(let forest) = file.structure { keys["forest"] = Self.forest(forest) }
        keys["header"] = .array(file.header.map { ["name": .string($0.name), "value": .string($0.value)] })
        keys["memory"] = memory
        if sampleSize > 0 { keys["sample"] = .array(sample.map(\.json)) }
        if !file.companions.isEmpty { keys["companions"] = .array(file.companions.map { .string($0) }) }
        keys["warnings"] = Self.json(file.warnings)
        return keys
    }

    static func json(_ warnings: [IndexFileWarning]) -> JSONValue {
        .array(
            warnings.map {
                [
                    "field": .string($0.field), "offset": $0.offset.map { .integer(Int64($0)) } ?? .null,
                    "message": .string($0.message),
                ]
            })
    }

    private var structure: String {
        switch file.structure {
        case .flat: "flat"
        case .hnsw, .faissHNSW, .usearch: "hnsw"
        case .nsg: "nsg"
        case .ivf: "ivf"
        case .forest: "forest"
        }
    }

    private var vectors: JSONValue {
        guard let vectors = file.vectors else { return .null }
        return [
            "encoding": .string(vectors.encoding.name), "dimension": .integer(Int64(vectors.dimension)),
            "exact": .bool(vectors.areExact),
        ]
    }

    private var memory: JSONValue {
        let figures = file.memory
        return [
            "file": .integer(Int64(figures.fileBytes)), "private": .integer(Int64(figures.privateBytes)),
            "mapped": .integer(Int64(figures.mappedBytes)), "resident": .integer(Int64(figures.residentBytes)),
            "tables": .integer(Int64(figures.tableBytes)),
        ]
    }

    private static func layers(_ graph: any LayeredGraph) -> JSONValue {
        .array(
            zip(graph.nodesPerLevel, graph.linksPerLevel()).enumerated().map { level, figures in
                [
                    "level": .integer(Int64(level)), "nodes": .integer(Int64(figures.0)),
                    "links": .integer(Int64(figures.1)),
                ]
            })
    }

    private static func lists(_ lists: IVFLists) -> JSONValue {
        let spread = ListSizes(lists)
        var keys: JSONObject = [
            "count": .integer(Int64(lists.nlist)), "empty": .integer(Int64(spread.empty)),
            "smallest": .integer(Int64(spread.smallest)), "median": .integer(Int64(spread.median)),
            "p90": .integer(Int64(spread.p90)), "largest": .integer(Int64(spread.largest)),
            "imbalance": .number(spread.imbalance), "nprobe": .integer(Int64(lists.nprobe)),
            "quantizer": .string(lists.quantizer.kind), "residual": .bool(lists.isByResidual),
        ]
        keys["dataFile"] = lists.dataFile.map { .string($0) }
        return .object(keys)
    }

    private static func forest(_ forest: AnnoyForest) -> JSONValue { ["trees": .integer(Int64(forest.treeCount))] }
}

/// How the sizes of the lists of an IVF index are spread.
struct ListSizes {
    let empty: Int
    let smallest: Int
    let median: Int
    let p90: Int
    let largest: Int
    /// Faiss's imbalance factor: 1 when all lists have one size; a search with one probe reads that many times more than
    /// it would then.
    let imbalance: Double

    init(_ lists: IVFLists) {
        let sizes = (0..<lists.nlist).map { lists.size(of: $0) }.sorted()
        empty = sizes.prefix { $0 == 0 }.count
        smallest = sizes.first ?? 0
        median = sizes.isEmpty ? 0 : sizes[sizes.count / 2]
        p90 = sizes.isEmpty ? 0 : sizes[min(sizes.count - 1, sizes.count * 9 / 10)]
        largest = sizes.last ?? 0
        let total = Double(lists.count)
        let squares = sizes.reduce(0.0) { $0 + Double($1) * Double($1) }
        imbalance = total > 0 ? squares * Double(lists.nlist) / (total * total) : 1
    }
}
