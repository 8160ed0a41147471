public import IndexFiles

/// Answers queries one after the other with buffers of its own: one searcher for each thread.
public final class Searcher {
    let visited = VisitedNodes()
    let scorerMemory = ScorerMemory()
    let candidateElements = GrowingBuffer<TieHeap.Element>()
    let topElements = GrowingBuffer<TieHeap.Element>()
    let bestEntries = GrowingBuffer<BestList.Entry>()
    let minimaxKeys = GrowingBuffer<Float>()
    let minimaxIDs = GrowingBuffer<Int32>()
    let gatheredItems = GrowingBuffer<UInt32>()
    let splitVisits = VisitedNodes()
    let splitRevisits = VisitedNodes()
    let labelElements = GrowingBuffer<LabelHeap.Element>()
    let poolMembers = GrowingBuffer<NeighborPool.Member>()

    /// Rows compared at once in a scan: enough to keep the processor's loads in flight, few enough to stay in the cache.
    static let batchRows = 256

    public init() {}

    /// Bytes that the buffers take now.
    public var byteCount: Int {
        visited.byteCount + scorerMemory.byteCount + candidateElements.byteCount + topElements.byteCount
            + bestEntries.byteCount + minimaxKeys.byteCount + minimaxIDs.byteCount + poolMembers.byteCount
            + gatheredItems.byteCount + splitVisits.byteCount + splitRevisits.byteCount + labelElements.byteCount
    }

    /// Searches exactly as the index's library would: same results, same visiting order.
    ///
    /// - Parameters:
    ///   - query: `index.dimension` finite components.
    ///   - parameters: what an index has no use for is ignored.
    ///   - filter: made for this index; nodes that it leaves out are walked where the library walks them, and are no results.
    ///   - tracer: gets every step; `NoTrace` compiles away.
    /// - Throws: `SearchError` for a query or a parameter that no library would take.
    @specialized(where T == TraceRecorder)
    @specialized(where T == NoTrace)
    public func search<T: Tracer>(
        _ index: IndexFile, query: [Float], parameters: SearchParameters, filter: NodeFilter? = nil, tracer: inout T
    ) throws(SearchError) -> SearchOutcome {
        let plan = try SearchPlan(index, parameters, isFiltered: filter != nil)
        if let filter, filter.count != index.count {
            throw .parameter("the filter is for \(filter.count) vectors, and the index has \(index.count)")
        }
        try check(index, query)
        var run = SearchRun(outcome: SearchOutcome(header: plan.header), index: index, filter: filter)
        run.outcome.limit = index.limitOfSearches
        let entries = try self.run(plan.step, query, &run, &tracer)
        run.outcome.hits = entries.map {
            let label = $0.isDuplicate ? index.object.labels.label(ofID: VectorLabel($0.id)) : index.label($0.node)
            return SearchHit(label: label, node: $0.node, distance: $0.distance)
        }
        return run.outcome
    }

    /// Runs a step and what it rests on.
    func run<T: Tracer>(
        _ step: SearchPlan.Step, _ query: [Float], _ run: inout SearchRun, _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        switch step {
        case .transform(let chain, let inner):
            let changed = chain.reduce(query) { $1.applied(to: $0) }
            if run.depth == 0 { run.outcome.transformedQuery = changed }
            return try self.run(inner, changed, &run, &tracer)
        case .refine(let base, let finer, let k, let stage):
            let found = try self.run(base, query, &run, &tracer)
            return try refine(found, by: finer, query, k: k, stage, &run, &tracer)
        case .refineByCodes(let base, let lists, let object, let refinement, let k, let stage):
            let found = try self.run(base, query, &run, &tracer)
            return try refine(found, lists, object, refinement, query, k: k, stage, &run, &tracer)
        case .hnswlib(let graph, let object, let stage):
            return try searchHnswlib(graph, object, query, stage, &run, &tracer)
        case .faissHNSW(let graph, let object, let rules, let stage):
            return try searchFaissHNSW(graph, object, rules, query, stage, &run, &tracer)
        case .nsg(let graph, let object, let poolSize, let k, let stage):
            return try searchNSG(graph, object, poolSize: poolSize, k: k, query, stage, &run, &tracer)
        case .ivf(let lists, let object, let rules, let quantizer, let stage):
            return try searchIVF(lists, object, rules, quantizer, query, stage, &run, &tracer)
        case .usearch(let graph, let object, let stage):
            return try searchUsearch(graph, object, query, stage, &run, &tracer)
        case .annoy(let forest, let object, let searchK, let trees, let candidates):
            return try searchAnnoy(
                forest, object, searchK: searchK, query, trees: trees, candidates: candidates, &run, &tracer)
        case .hnswlibFlat(let object, let k, let stage):
            return try searchHnswlibFlat(object, k: k, query, stage, &run, &tracer)
        case .flat(let object, let k, let stage):
            return try searchFlat(object, k: k, query, stage, &run, &tracer)
        }
    }

    private func check(_ index: IndexFile, _ query: [Float]) throws(SearchError) {
        guard query.count == index.dimension else {
            throw SearchError(
                code: .wrongDimension,
                message: "the query has \(query.count) components, the index's vectors have \(index.dimension)")
        }
        if let place = query.firstIndex(where: { !$0.isFinite }) {
            throw SearchError(code: .notFinite, message: "component \(place) of the query is \(query[place])")
        }
    }
}

/// What a search has come to.
struct SearchRun {
    var outcome: SearchOutcome
    let index: IndexFile
    let filter: NodeFilter?
    /// How many coarse quantizers deep the step is that runs; 0 in the index itself.
    var depth = 0

    /// A library's counter. Those of a quantizer say so.
    mutating func count(_ name: String, _ value: Int) {
        outcome.counters.library.append(.init(depth > 0 ? "quantizer_" + name : name, value))
    }

    /// Adds what a walk through the upper layers cost.
    mutating func account(for descent: GreedyDescent) {
        outcome.counters.expansions += descent.hops
        outcome.counters.distances += 1 + descent.links
        if depth > 0 { outcome.counters.centroids += 1 + descent.links }
        if descent.isCancelled { outcome.isComplete = false }
    }

    /// Ends a stage early.
    mutating func cancel<T: Tracer>(_ stage: Int, _ tracer: inout T) {
        outcome.isComplete = false
        tracer.record(TraceEvent(.stop, flags: UInt8(stage), to: TraceEvent.StopReason.cancelled.rawValue))
    }

    /// A stage over nothing.
    mutating func stopEmpty<T: Tracer>(_ stage: Int, _ tracer: inout T) -> [FoundNode] {
        tracer.record(TraceEvent(.stop, flags: UInt8(stage), to: TraceEvent.StopReason.empty.rawValue))
        return []
    }
}

/// A result of one stage.
struct FoundNode {
    let node: UInt32
    /// What the stage's index calls it: the id in the lists, or the node's number.
    let id: Int64
    let distance: Float
    /// The id is that of another vector with the same components, which no node stands for.
    var isDuplicate = false
}

extension IndexObject {
    /// Faiss gives similarities as they are.
    var largerIsNearer: Bool { metric == .innerProduct || metric == .jaccard }
}
