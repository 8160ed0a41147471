internal import IndexFiles
internal import MapLayout
internal import OrderedCollections
internal import VectorSearch
internal import WireProtocol

extension Reply {
    /// Hops beyond this are left out.
    private static let maxHops = 10_000

    /// The route to a node, with the node's links.
    init(routeTo node: UInt32, _ outcome: RouteFinder.Outcome, in graph: any LayeredGraph, of index: ServedIndex) {
        func label(_ node: UInt32) -> JSONValue { index.file.label(node).json(asText: index.file.hasWideLabels) }
        var hops: [GraphRoute.Hop] = []
        if case .found(let route) = outcome { hops = route.hops }
        let level = graph.level(of: node)
        var keys: JSONObject = [
            "revision": .integer(Int64(index.revision)), "node": .integer(Int64(node)), "label": label(node),
            "level": .integer(Int64(level)), "reachable": .bool(!hops.isEmpty),
            "hops": .array(
                hops.prefix(Self.maxHops).map { hop in
                    [
                        "node": .integer(Int64(hop.node)), "label": label(hop.node),
                        "layer": .integer(Int64(hop.layer)),
                    ]
                }),
            "links": Self.links(of: node, level: level, in: graph),
        ]
        if hops.count > Self.maxHops { keys["truncated"] = true }
        self.init(keys)
    }

    /// The links of a node, layer by layer from 0 up.
    static func links(of node: UInt32, level: Int, in graph: any LayeredGraph) -> JSONValue {
        .array((0...max(0, level)).map { .array(graph.linkedNodes(of: node, level: $0).map { .integer(Int64($0)) }) })
    }

    init(_ found: ItemFinder.Found, of index: ServedIndex, places: MapPlaces?, limit: Int) {
        self.init([
            "revision": .integer(Int64(index.revision)),
            "items": .array(found.nodes.prefix(limit).map { index.item(node: $0).json(of: index, places) }),
            "total": .integer(Int64(found.nodes.count)), "truncated": .bool(!found.isComplete),
        ])
    }

    init(_ vector: IndexFile.ComparedVector, _ node: UInt32, of index: ServedIndex, _ mode: ColumnMode) {
        let square = vector.components.reduce(0) { $0 + Double($1) * Double($1) }
        self.init(
            [
                "revision": .integer(Int64(index.revision)),
                "label": index.file.label(node).json(asText: index.file.hasWideLabels),
                "node": .integer(Int64(node)), "dimension": .integer(Int64(vector.components.count)),
                "exact": .bool(vector.isExact),
                "norm": square.isFinite ? .number(square.squareRoot()) : .null,
            ], columns: ["vector": .f32(vector.components)], mode: mode)
    }
}
