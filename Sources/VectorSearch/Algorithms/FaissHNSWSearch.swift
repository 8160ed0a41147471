internal import IndexFiles

extension Searcher {
    /// Faiss's `HNSW::search` (faiss/impl/HNSW.cpp, 1.15): greedy through the upper layers, then from candidate to candidate
    /// on layer 0. Keys are distances, with the sign turned where larger is nearer.
    func searchFaissHNSW<T: Tracer>(
        _ graph: FaissHNSWGraph, _ object: IndexObject, _ rules: SearchPlan.HNSWRules, _ query: [Float], _ stage: Int,
        _ run: inout SearchRun, _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        guard let entry = graph.entryNode else {
            for counter in ["n1", "n2", "ndis", "nhops"] { run.count(counter, 0) }
            return run.stopEmpty(stage, &tracer)
        }
        let scorer = try scorer(object, query, batch: graph.longestList)
        let descent = try GreedyDescent(
            graph, from: entry, scorer, turns: object.largerIsNearer, stage: UInt8(stage), &tracer)
        run.account(for: descent)
        guard !descent.isCancelled else { return [] }
        var walk = FaissHNSWWalk(
            graph: graph, scorer: scorer, stage: UInt8(stage), turns: object.largerIsNearer,
            marks: visited.begin(count: graph.count))
        defer { walk.account(in: &run, descent) }
        let start = FaissHNSWWalk.Candidate(descent.node, descent.key)
        let filter = run.depth == 0 ? run.filter : nil
        if rules.isQueueBounded {
            var best = BestList(
                bestEntries, capacity: min(rules.k, graph.count), largerIsNearer: object.largerIsNearer)
            var candidates = MinimaxHeap(
                minimaxKeys, minimaxIDs, capacity: min(max(rules.efSearch, rules.k), graph.count + 1),
                largerIsNearer: object.largerIsNearer)
            try walk.search(from: start, rules, &candidates, &best, filter, &tracer)
            if walk.isCancelled { run.outcome.isComplete = false }
            return found(&best)
        }
        var candidates = OrderedHeap(candidateElements, smallerIdOnTop: !object.largerIsNearer)
        var top = OrderedHeap(topElements, smallerIdOnTop: object.largerIsNearer)
        try walk.search(from: start, max(rules.efSearch, rules.k), &candidates, &top, &tracer)
        if walk.isCancelled { run.outcome.isComplete = false }
        while top.count > rules.k { top.pop() }
        var best = BestList(bestEntries, capacity: top.count, largerIsNearer: object.largerIsNearer)
        while !top.isEmpty {
            let element = top.top
            _ = best.offer(walk.distance(element.key), id: Int64(element.node), node: element.node)
            top.pop()
        }
        return found(&best)
    }
}

extension FaissHNSWGraph: WalkedGraph {
    func readLinks(of node: UInt32, layer: Int, into nodes: UnsafeMutablePointer<UInt32>) throws(SearchError) -> Int {
        let (ids, capacity) = links(of: node, level: layer)
        for place in 0..<capacity {
            let id = ids.loadUnaligned(fromByteOffset: place &* 4, as: Int32.self)
            if id < 0 { return place }
            guard Int(id) < count, level(of: UInt32(id)) >= layer else {
                throw .damaged(link: place, of: node, to: id)
            }
            nodes[place] = UInt32(id)
        }
        return capacity
    }

    /// Room for links on any layer that has nodes. The file may claim more for others.
    fileprivate var longestList: Int {
        nodesPerLevel.indices.map { levelStarts[$0 + 1] - levelStarts[$0] }.max() ?? 1
    }
}

/// One search through Faiss's graph, layer by layer.
private struct FaissHNSWWalk {
    let graph: FaissHNSWGraph
    let scorer: Scorer
    let stage: UInt8
    /// Larger distances are nearer: keys are distances with the sign turned.
    let turns: Bool
    let marks: VisitedNodes.Marks
    private(set) var isCancelled = false

    private var distances = 0
    private var expansions = 0
    private var hasRunEmpty = false

    init(graph: FaissHNSWGraph, scorer: Scorer, stage: UInt8, turns: Bool, marks: VisitedNodes.Marks) {
        self.graph = graph
        self.scorer = scorer
        self.stage = stage
        self.turns = turns
        self.marks = marks
    }

    typealias Candidate = (node: UInt32, key: Float)

    @inline(__always) func distance(_ key: Float) -> Float { turns ? -key : key }
    @inline(__always) private func key(_ place: Int) -> Float { turns ? -scorer.values[place] : scorer.values[place] }

    /// Writes what the library's counters would say. The entry point's distance is not among `ndis`.
    func account(in run: inout SearchRun, _ descent: GreedyDescent) {
        run.outcome.counters.distances += distances
        run.outcome.counters.expansions += expansions
        if run.depth > 0 { run.outcome.counters.centroids += distances }
        run.count("n1", 1)
        run.count("n2", hasRunEmpty ? 1 : 0)
        run.count("ndis", descent.links + distances)
        run.count("nhops", descent.hops + expansions)
    }

    /// With a queue of limited size (`search_from_candidates`).
    mutating func search<T: Tracer>(
        from start: Candidate, _ rules: SearchPlan.HNSWRules, _ candidates: inout MinimaxHeap, _ best: inout BestList,
        _ filter: NodeFilter?, _ tracer: inout T
    ) throws(SearchError) {
        candidates.push(start.key, Int32(bitPattern: start.node))
        let mayEnter = filter?.allows(start.node) ?? true
        if mayEnter { _ = best.offer(distance(start.key), id: Int64(start.node), node: start.node) }
        enterBase(start, mayEnter, &tracer)
        var steps = 0
        while candidates.count > 0 {
            let (key0, id) = candidates.popBest()
            let source = UInt32(bitPattern: id)
            if rules.checksRelativeDistance, candidates.countBelow(key0) >= rules.efSearch {
                tracer.record(
                    TraceEvent(
                        .stop, flags: stage, layer: 0, from: source, to: TraceEvent.StopReason.relative.rawValue,
                        distance: distance(key0)))
                hasRunEmpty = candidates.count == 0
                return
            }
            guard !cancels(&tracer) else { return }
            tracer.record(
                TraceEvent(.expand, flags: stage, layer: 0, to: source, distance: distance(key0)))
            let count = try gather(source)
            for place in 0..<count {
                let node = scorer.nodes[place]
                let mayBeResult = filter?.allows(node) ?? true
                var isKept = mayBeResult && best.offer(scorer.values[place], id: Int64(node), node: node)
                if candidates.push(key(place), Int32(bitPattern: node)) { isKept = true }
                record(node, from: source, place, isKept, mayBeResult, &tracer)
            }
            steps += 1
            if !rules.checksRelativeDistance, steps > rules.efSearch {
                hasRunEmpty = candidates.count == 0
                tracer.record(
                    TraceEvent(.stop, flags: stage, layer: 0, to: TraceEvent.StopReason.budget.rawValue))
                return
            }
        }
        hasRunEmpty = true
        tracer.record(TraceEvent(.stop, flags: stage, layer: 0, to: TraceEvent.StopReason.exhausted.rawValue))
    }

    /// With queues that grow (`search_from_candidate_unbounded`).
    mutating func search<T: Tracer>(
        from start: Candidate, _ efSearch: Int, _ candidates: inout OrderedHeap, _ top: inout OrderedHeap,
        _ tracer: inout T
    ) throws(SearchError) {
        candidates.push(-start.key, start.node)
        top.push(start.key, start.node)
        enterBase(start, true, &tracer)
        while !candidates.isEmpty {
            let (source, key0) = (candidates.top.node, -candidates.top.key)
            if key0 > top.top.key {
                tracer.record(
                    TraceEvent(
                        .stop, flags: stage, layer: 0, from: source, to: TraceEvent.StopReason.bound.rawValue,
                        distance: distance(key0)))
                return
            }
            guard !cancels(&tracer) else { return }
            candidates.pop()
            tracer.record(
                TraceEvent(.expand, flags: stage, layer: 0, to: source, distance: distance(key0)))
            let count = try gather(source)
            for place in 0..<count {
                let node = scorer.nodes[place]
                let isKept = top.top.key > key(place) || top.count < efSearch
                record(node, from: source, place, isKept, true, &tracer)
                guard isKept else { continue }
                candidates.push(-key(place), node)
                top.push(key(place), node)
                if top.count > efSearch { top.pop() }
            }
        }
        hasRunEmpty = true
        tracer.record(TraceEvent(.stop, flags: stage, layer: 0, to: TraceEvent.StopReason.exhausted.rawValue))
    }

    // MARK: Parts

    /// Computes the distances to those of a node's links that were not met before. Returns how many there are.
    private mutating func gather(_ source: UInt32) throws(SearchError) -> Int {
        let (ids, capacity) = graph.links(of: source, level: 0)
        let nodeCount = UInt32(graph.count)
        var count = 0
        for place in 0..<capacity {
            let id = ids.loadUnaligned(fromByteOffset: place &* 4, as: Int32.self)
            if id < 0 { break }
            let node = UInt32(bitPattern: id)
            guard node < nodeCount else { throw .damaged(link: place, of: source, to: id) }
            guard marks.insert(node) else { continue }
            scorer.nodes[count] = node
            scorer.prefetch(node)
            count += 1
        }
        scorer.score(count)
        distances += count
        expansions += 1
        return count
    }

    private func enterBase<T: Tracer>(_ start: Candidate, _ mayBeResult: Bool, _ tracer: inout T) {
        _ = marks.insert(start.node)
        // Where there are layers above, the distance is the descent's, and none is computed here.
        tracer.record(
            TraceEvent(
                .enter, flags: mayBeResult ? stage : stage | TraceEvent.notAResult, layer: 0, to: start.node,
                distance: graph.maxLevel == 0 ? distance(start.key) : .nan))
    }

    @inline(__always)
    private func record<T: Tracer>(
        _ node: UInt32, from source: UInt32, _ place: Int, _ isKept: Bool, _ mayBeResult: Bool, _ tracer: inout T
    ) {
        tracer.record(
            TraceEvent(
                isKept ? .keep : .reject, flags: mayBeResult ? stage : stage | TraceEvent.notAResult, layer: 0,
                from: source, to: node, distance: scorer.values[place]))
    }

    private mutating func cancels<T: Tracer>(_ tracer: inout T) -> Bool {
        guard tracer.shouldStop() else { return false }
        isCancelled = true
        tracer.record(TraceEvent(.stop, flags: stage, to: TraceEvent.StopReason.cancelled.rawValue))
        return true
    }
}
