internal import IndexFiles

extension Searcher {
    /// usearch's `index_gt::search` (usearch/index.hpp, 2.26): greedy through the upper layers (`search_for_one_`), then
    /// best-first on layer 0 (`search_to_find_in_base_`). It looks much like hnswlib's, with queues of its own.
    func searchUsearch<T: Tracer>(
        _ graph: UsearchGraph, _ object: IndexObject, _ query: [Float], _ stage: Int, _ run: inout SearchRun,
        _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        guard let entry = graph.entryNode else { return run.stopEmpty(stage, &tracer) }
        guard let vectors = object.vectors,
            let scorer = scorerMemory.usearchScorer(
                vectors, object.metric, query: query, batch: max(graph.connectivityBase, graph.connectivity))
        else { throw .notComparable(object) }
        let descent = try GreedyDescent(graph, from: entry, scorer, &tracer)
        run.account(for: descent)
        var top = SortedBuffer(topElements, limit: run.outcome.header.efSearch)
        if !descent.isCancelled { try searchBase(graph, from: descent.node, scorer, &top, &run, &tracer) }
        run.count("visited_members", run.outcome.counters.expansions)
        run.count("computed_distances", run.outcome.counters.distances)
        return top.elements.prefix(run.outcome.header.k).map { FoundNode(node: $0.node, id: 0, distance: $0.key) }
    }

    /// Best-first on layer 0. Removed vectors and those that a filter leaves out are walked and not kept.
    private func searchBase<T: Tracer>(
        _ graph: UsearchGraph, from entry: UInt32, _ scorer: Scorer, _ results: inout SortedBuffer,
        _ run: inout SearchRun, _ tracer: inout T
    ) throws(SearchError) {
        let filter = run.filter
        // The header's count is believed once the keys were looked at.
        let hasFreeSlots = graph.deletedCount > 0 || !run.index.isChecked
        func mayBeResult(_ node: UInt32) -> Bool {
            !(hasFreeSlots && graph.isDeleted(node)) && filter?.allows(node) ?? true
        }
        let marks = visited.begin(count: graph.count)
        var next = SwapHeap(candidateElements)
        var top = results
        var expansions = 0
        var distances = 1
        defer {
            results = top
            run.outcome.counters.expansions += expansions
            run.outcome.counters.distances += distances
        }
        // The distance is computed once more, and bounds the search even where the entry is no result.
        var radius = scorer.score(node: entry)
        _ = marks.insert(entry)
        next.push(-radius, entry)
        let mayEnter = mayBeResult(entry)
        if mayEnter { top.insert(radius, entry) }
        tracer.record(
            TraceEvent(.enter, flags: mayEnter ? 0 : TraceEvent.notAResult, layer: 0, to: entry, distance: radius))
        while !next.isEmpty {
            let source = next.top.node
            let distance = -next.top.key
            if distance > radius, top.isFull {
                tracer.record(
                    TraceEvent(
                        .stop, layer: 0, from: source, to: TraceEvent.StopReason.bound.rawValue, distance: distance))
                return
            }
            guard !tracer.shouldStop() else { return run.cancel(0, &tracer) }
            next.pop()
            expansions += 1
            tracer.record(TraceEvent(.expand, layer: 0, to: source, distance: distance))
            let (slots, count) = graph.links(of: source, level: 0)
            var fresh = 0
            for place in 0..<count {
                let slot = graph.slot(slots, place)
                guard slot < UInt64(graph.count) else { throw .damaged(link: place, of: source, to: slot) }
                guard marks.insert(UInt32(slot)) else { continue }
                scorer.nodes[fresh] = UInt32(slot)
                scorer.prefetch(UInt32(slot))
                fresh += 1
            }
            scorer.score(fresh)
            distances += fresh
            for place in 0..<fresh {
                let (node, distance) = (scorer.nodes[place], scorer.values[place])
                let isKept = !top.isFull || distance < radius
                let mayBeKept = mayBeResult(node)
                tracer.record(
                    TraceEvent(
                        isKept ? .keep : .reject, flags: mayBeKept ? 0 : TraceEvent.notAResult, layer: 0,
                        from: source, to: node, distance: distance))
                guard isKept else { continue }
                next.push(-distance, node)
                guard mayBeKept else { continue }
                top.insert(distance, node)
                radius = top.worst
            }
        }
        tracer.record(TraceEvent(.stop, layer: 0, to: TraceEvent.StopReason.exhausted.rawValue))
    }
}

extension UsearchGraph: WalkedGraph {
    func readLinks(of node: UInt32, layer: Int, into nodes: UnsafeMutablePointer<UInt32>) throws(SearchError) -> Int {
        let (slots, linkCount) = links(of: node, level: layer)
        for place in 0..<linkCount {
            let slot = slot(slots, place)
            guard slot < UInt64(count), level(of: UInt32(slot)) >= layer else {
                throw .damaged(link: place, of: node, to: slot)
            }
            nodes[place] = UInt32(slot)
        }
        return linkCount
    }
}
