internal import MapLayout
internal import OrderedCollections
internal import VectorSearch
internal import WireProtocol

extension Reply {
    /// The candidates of one search, and the query, laid out on their own.
    ///
    /// - Parameters:
    ///   - stage: whose candidates; nil for the last stage that measures vectors.
    ///   - global: the index's map, as whose part it is laid out.
    /// - Throws: `invalidParams` for a stage that measures none.
    init(
        localMapOf record: SearchRecord, stage: Int?, global: IndexMap?, _ mode: ColumnMode
    ) throws(RPCError) {
        let outcome = record.finished.outcome
        let stages = outcome.header.stages
        if let stage, !stages.indices.contains(stage) || stages[stage].nodes != .vectors {
            throw RPCError(.invalidParams, "stage \(stage) of this search measures no vectors")
        }
        let candidates = LocalCandidates(record, stage: stage)
        let map = LocalMap(
            index: record.index.file, nodes: candidates.nodes, distances: candidates.distances,
            results: candidates.results, query: outcome.transformedQuery ?? record.query,
            largerIsNearer: candidates.largerIsNearer, global: global, place: record.finished.place)
        var keys: JSONObject = [
            "search": .string(record.started.search), "method": "local",
            "query": [
                "x": .number(Double(map.query.x)), "y": .number(Double(map.query.y)),
                "spread": .number(Double(map.query.spread)),
            ],
            "note": .string(map.note),
        ]
        keys["stress"] = map.stress.map { .number(Double($0)) }
        keys["neighbours"] = map.neighbours.map { .number(Double($0)) }
        if map.isSampled { keys["sampled"] = true }
        self.init(keys, columns: ["node": .u32(map.nodes), "x": .f32(map.x), "y": .f32(map.y)], mode: mode)
    }
}

/// What a stage of a search measured on the layer where its results are.
private struct LocalCandidates {
    private(set) var nodes: [UInt32] = []
    private(set) var distances: [Float] = []
    /// The first so many nodes are results.
    private(set) var results = 0
    private(set) var largerIsNearer: Bool

    init(_ record: SearchRecord, stage: Int?) {
        let outcome = record.finished.outcome
        let header = outcome.header
        let events = record.finished.trace?.events ?? []
        func isCandidate(_ event: TraceEvent) -> Bool { event.layer <= 0 && event.measuresVector(header) }
        let last = events.last(where: isCandidate)?.stage
        largerIsNearer = header.largerIsNearer
        guard let stage = stage ?? last else {
            // Where not every step was recorded, the results are known all the same.
            results = outcome.hits.count
            nodes = outcome.hits.map(\.node)
            distances = outcome.hits.map(\.distance)
            return
        }
        largerIsNearer = header.stages[stage].largerIsNearer
        let hits = Set(outcome.hits.map(\.node))
        let candidates = events.filter { $0.stage == stage && isCandidate($0) }
        let found = candidates.filter { hits.contains($0.to) }
        results = found.count
        nodes = found.map(\.to) + candidates.map(\.to)
        distances = found.map(\.distance) + candidates.map(\.distance)
    }
}
