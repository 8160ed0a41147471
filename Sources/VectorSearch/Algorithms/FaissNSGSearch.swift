internal import IndexFiles

extension Searcher {
    /// Faiss's `NSG::search_on_graph` (faiss/impl/NSG.cpp, Faiss 1.7 to 1.15): a pool of the nearest met, filled up at random
    /// to begin with, whose first member that was not expanded is expanded next.
    func searchNSG<T: Tracer>(
        _ graph: NSGGraph, _ object: IndexObject, poolSize: Int, k: Int, _ query: [Float], _ stage: Int,
        _ run: inout SearchRun, _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        guard let entry = graph.entryNode else { return run.stopEmpty(stage, &tracer) }
        // Similarities are turned round, and back in the results.
        let turns = object.largerIsNearer
        let scorer = try scorer(
            object, query, scale: turns ? .negative : .plain, batch: max(graph.longestList, poolSize))
        let marks = visited.begin(count: graph.count)
        let flags = UInt8(stage)
        func own(_ value: Float) -> Float { turns ? -value : value }
        tracer.record(TraceEvent(.enter, flags: flags, layer: 0, to: entry))
        let linked = try start(graph, entry, poolSize, scorer, marks)
        scorer.score(poolSize)
        var distances = poolSize
        var expansions = 0
        var pool = NeighborPool(poolMembers, size: poolSize) {
            .init(distance: scorer.values[$0], node: scorer.nodes[$0], isExpanded: false)
        }
        for place in 0..<poolSize {
            // What was drawn is linked from nowhere.
            tracer.record(
                TraceEvent(
                    .keep, flags: flags, layer: 0, from: place < linked ? entry : TraceEvent.none,
                    to: scorer.nodes[place], distance: own(scorer.values[place])))
        }
        var place = 0
        while place < poolSize {
            if tracer.shouldStop() {
                run.cancel(stage, &tracer)
                break
            }
            var lowest = poolSize
            if !pool[place].isExpanded {
                pool.markExpanded(place)
                let source = pool[place].node
                expansions += 1
                tracer.record(
                    TraceEvent(.expand, flags: flags, layer: 0, to: source, distance: own(pool[place].distance)))
                let fresh = try gather(graph, source, scorer, marks)
                distances += fresh
                for number in 0..<fresh {
                    let value = scorer.values[number]
                    let isNear = value < pool.worst
                    let inserted = isNear ? pool.insert(value, scorer.nodes[number]) : poolSize
                    if isNear { lowest = min(lowest, inserted) }
                    tracer.record(
                        TraceEvent(
                            inserted < poolSize ? .keep : .reject, flags: flags, layer: 0, from: source,
                            to: scorer.nodes[number], distance: own(value)))
                }
            }
            place = lowest <= place ? lowest : place + 1
        }
        run.outcome.counters.distances += distances
        run.outcome.counters.expansions += expansions
        if run.depth > 0 { run.outcome.counters.centroids += distances }
        if run.outcome.isComplete {
            tracer.record(
                TraceEvent(.stop, flags: flags, layer: 0, to: TraceEvent.StopReason.exhausted.rawValue))
        }
        return (0..<min(k, poolSize)).map {
            FoundNode(node: pool[$0].node, id: Int64(pool[$0].node), distance: own(pool[$0].distance))
        }
    }

    /// Writes the first members of the pool into the scorer's nodes: the links of the entry point, which is no member itself,
    /// then nodes at random. Returns how many are links.
    private func start(
        _ graph: NSGGraph, _ entry: UInt32, _ poolSize: Int, _ scorer: Scorer, _ marks: VisitedNodes.Marks
    ) throws(SearchError) -> Int {
        var count = 0
        for place in graph.places(of: entry) where count < poolSize {
            let node = try graph.link(place, of: entry)
            _ = marks.insert(node)
            scorer.nodes[count] = node
            count += 1
        }
        let linked = count
        var chance = MersenneTwister(seed: 0x1234)
        while count < poolSize {
            let node = chance.next() % UInt32(graph.count)
            guard marks.insert(node) else { continue }
            scorer.nodes[count] = node
            count += 1
        }
        return linked
    }

    private func gather(
        _ graph: NSGGraph, _ source: UInt32, _ scorer: Scorer, _ marks: VisitedNodes.Marks
    ) throws(SearchError) -> Int {
        var fresh = 0
        for place in graph.places(of: source) {
            let node = try graph.link(place, of: source)
            guard marks.insert(node) else { continue }
            scorer.nodes[fresh] = node
            scorer.prefetch(node)
            fresh += 1
        }
        scorer.score(fresh)
        return fresh
    }
}

extension NSGGraph {
    /// Links that a node may have, but no more than there are: R is what the file claims.
    fileprivate var longestList: Int { max(1, min(R, starts.last ?? 0)) }

    /// Where the links of a node are.
    fileprivate func places(of node: UInt32) -> Range<Int> { starts[Int(node)]..<(starts[Int(node) + 1] - 1) }

    fileprivate func link(_ place: Int, of node: UInt32) throws(SearchError) -> UInt32 {
        let id = links.loadUnaligned(fromByteOffset: place * 4, as: Int32.self)
        guard id >= 0, Int(id) < count else {
            throw .damaged(link: place - starts[Int(node)], of: node, to: id)
        }
        return UInt32(id)
    }
}
