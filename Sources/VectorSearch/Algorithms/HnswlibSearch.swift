internal import CVectorKernels
internal import IndexFiles

extension Searcher {
    /// hnswlib's `searchKnn` (hnswlib/hnswalg.h, 0.8.0): greedy through the upper layers, then best-first on layer 0.
    func searchHnswlib<T: Tracer>(
        _ graph: HNSWGraph, _ object: IndexObject, _ query: [Float], _ stage: Int, _ run: inout SearchRun,
        _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        guard graph.count > 0 else { return run.stopEmpty(stage, &tracer) }
        let scorer = try scorer(graph, object, query, run)
        let descent = try GreedyDescent(graph, from: graph.entryPoint, scorer, &tracer)
        run.account(for: descent)
        run.count("metric_hops", descent.hops)
        run.count("metric_distance_computations", descent.links)
        guard !descent.isCancelled else { return [] }
        var top = TieHeap(topElements)
        if run.outcome.header.bare {
            try searchBase(graph, BareNodes(), from: descent.node, scorer, &top, &run, &tracer)
        } else {
            let nodes = JudgedNodes(graph: graph, filter: run.filter)
            try searchBase(graph, nodes, from: descent.node, scorer, &top, &run, &tracer)
        }
        while top.count > run.outcome.header.k { top.pop() }
        // hnswlib hands the results over in a queue of (distance, label) pairs: ties are ordered by label.
        return top.elements.map { (graph.label($0.node), FoundNode(node: $0.node, id: 0, distance: $0.key)) }
            .sorted { ($0.1.distance, $0.0) < ($1.1.distance, $1.0) }.map(\.1)
    }

    /// The query made ready as hnswlib does, or Voyager for its 8-bit vectors.
    private func scorer(
        _ graph: HNSWGraph, _ object: IndexObject, _ query: [Float], _ run: SearchRun
    ) throws(SearchError) -> Scorer {
        let batch = max(graph.maxM0, graph.maxLevel > 0 ? graph.maxM : 0, 1)
        // The file does not say it: it was told, or guessed from the vectors.
        let metric = run.index.metric
        if run.index.library == .voyager, let vectors = object.vectors, vectors.areBytes {
            let rowBytes = graph.labelOffset - graph.vectorOffset
            guard
                let scorer = try scorerMemory.voyagerScorer(
                    vectors, metric, query: query, rowBytes: rowBytes, batch: batch)
            else { throw .notComparable(object) }
            return scorer
        }
        return try scorer(
            object, metric == .cosine ? Self.normalised(query) : query, metric: metric,
            scale: metric == .l2 ? .plain : .oneMinus, batch: batch)
    }

    /// As hnswlib's Python binding normalises (python_bindings/bindings.cpp, `normalize_vector`).
    static func normalised(_ vector: [Float]) -> [Float] {
        var sum: Float = 0
        for component in vector { sum += component * component }
        let factor = 1 / (sum.squareRoot() + 1e-30)
        return vector.map { $0 * factor }
    }

    /// Best-first on layer 0 (`searchBaseLayerST`).
    private func searchBase<Nodes: NodeJudge, T: Tracer>(
        _ graph: HNSWGraph, _ judge: Nodes, from entry: UInt32, _ scorer: Scorer, _ results: inout TieHeap,
        _ run: inout SearchRun, _ tracer: inout T
    ) throws(SearchError) {
        let efSearch = run.outcome.header.efSearch
        let nodeCount = UInt32(graph.count)
        let marks = visited.begin(count: graph.count)
        var candidates = TieHeap(candidateElements)
        var top = results
        var expansions = 0
        var distances = 0
        defer {
            results = top
            run.outcome.counters.expansions += expansions
            run.outcome.counters.distances += distances
        }
        _ = marks.insert(entry)
        var bound = Float.greatestFiniteMagnitude
        var enterDistance = Float.nan
        let mayEnter = judge.mayBeResult(entry)
        if mayEnter {
            enterDistance = scorer.score(node: entry)
            distances += 1
            bound = enterDistance
            top.push(enterDistance, entry)
            candidates.push(-enterDistance, entry)
        } else {
            candidates.push(-Float.greatestFiniteMagnitude, entry)
        }
        tracer.record(
            TraceEvent(
                .enter, flags: mayEnter ? 0 : TraceEvent.notAResult, layer: 0, to: entry, distance: enterDistance))
        while !candidates.isEmpty {
            let source = candidates.top.node
            let distance = -candidates.top.key
            if distance > bound, Nodes.stopsUnfilled || top.count == efSearch {
                tracer.record(
                    TraceEvent(
                        .stop, layer: 0, from: source, to: TraceEvent.StopReason.bound.rawValue, distance: distance))
                return
            }
            guard !tracer.shouldStop() else { return run.cancel(0, &tracer) }
            candidates.pop()
            expansions += 1
            tracer.record(
                TraceEvent(
                    .expand, layer: 0, to: source,
                    // A deleted entry carries a stand-in, not a distance.
                    distance: distance == .greatestFiniteMagnitude ? .nan : distance))
            let (ids, count) = graph.links(of: source, level: 0)
            var fresh = 0
            for place in 0..<count {
                marks.prefetch(ids.loadUnaligned(fromByteOffset: place &* 4, as: UInt32.self))
            }
            for place in 0..<count {
                let node = ids.loadUnaligned(fromByteOffset: place &* 4, as: UInt32.self)
                guard node < nodeCount else { throw .damaged(link: place, of: source, to: node) }
                guard marks.insert(node) else { continue }
                scorer.nodes[fresh] = node
                scorer.prefetch(node)
                fresh += 1
            }
            scorer.score(fresh)
            distances += fresh
            for place in 0..<fresh {
                let (node, distance) = (scorer.nodes[place], scorer.values[place])
                let isKept = top.count < efSearch || bound > distance
                let mayBeResult = judge.mayBeResult(node)
                tracer.record(
                    TraceEvent(
                        isKept ? .keep : .reject, flags: mayBeResult ? 0 : TraceEvent.notAResult, layer: 0,
                        from: source, to: node, distance: distance))
                guard isKept else { continue }
                candidates.push(-distance, node)
                // Its links are read if it is ever expanded, and then nothing else can be done until they are there.
                graph.prefetchLinks(of: node)
                if mayBeResult { top.push(distance, node) }
                if top.count > efSearch { top.pop() }
                if !top.isEmpty { bound = top.top.key }
            }
        }
        tracer.record(TraceEvent(.stop, layer: 0, to: TraceEvent.StopReason.exhausted.rawValue))
    }
}

extension HNSWGraph: WalkedGraph {
    func readLinks(of node: UInt32, layer: Int, into nodes: UnsafeMutablePointer<UInt32>) throws(SearchError) -> Int {
        let (ids, linkCount) = links(of: node, level: layer)
        for place in 0..<linkCount {
            let link = ids.loadUnaligned(fromByteOffset: place &* 4, as: UInt32.self)
            guard link < UInt32(count), isOnLevel(link, layer) else { throw .damaged(link: place, of: node, to: link) }
            nodes[place] = link
        }
        return linkCount
    }

    /// Asks the processor to fetch a node's links on layer 0: up to 31 of them.
    @inline(__always)
    fileprivate func prefetchLinks(of node: UInt32) {
        annscope_prefetch(record(node))
        annscope_prefetch(record(node) + 64)
    }
}

/// Says which nodes may be results. The usual search, where all may, is compiled for itself.
private protocol NodeJudge {
    /// The search may stop at the first candidate beyond the bound, though fewer than efSearch were found.
    static var stopsUnfilled: Bool { get }
    func mayBeResult(_ node: UInt32) -> Bool
}

private struct BareNodes: NodeJudge {
    static let stopsUnfilled = true
    @inline(__always) func mayBeResult(_ node: UInt32) -> Bool { true }
}

/// Leaves out deleted nodes and those that a filter leaves out.
private struct JudgedNodes: NodeJudge {
    static let stopsUnfilled = false
    let graph: HNSWGraph
    let filter: NodeFilter?

    @inline(__always)
    func mayBeResult(_ node: UInt32) -> Bool { !graph.isDeleted(node) && filter?.allows(node) ?? true }
}
