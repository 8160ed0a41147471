internal import IndexFiles

extension Searcher {
    /// hnswlib's `BruteforceSearch::searchKnn` (hnswlib/bruteforce.h, 0.8.0): every row in order, equal distances ranked by
    /// label. Its Python binding does not normalise the query for `cosine`, and neither does this.
    func searchHnswlibFlat<T: Tracer>(
        _ object: IndexObject, k: Int, _ query: [Float], _ stage: Int, _ run: inout SearchRun, _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        guard object.count > 0 else { return run.stopEmpty(stage, &tracer) }
        let metric = run.index.metric
        let scorer = try scorer(
            object, query, metric: metric, scale: metric == .l2 ? .plain : .oneMinus, batch: Self.batchRows)
        let flags = UInt8(stage)
        var best = LabelHeap(labelElements)
        var bound = Float.greatestFiniteMagnitude
        tracer.record(TraceEvent(.enter, flags: flags, to: TraceEvent.none))
        for first in stride(from: 0, to: object.count, by: Self.batchRows) {
            if tracer.shouldStop() {
                run.cancel(stage, &tracer)
                break
            }
            let count = min(Self.batchRows, object.count - first)
            for place in 0..<count { scorer.nodes[place] = UInt32(first + place) }
            scorer.score(count)
            run.outcome.counters.distances += count
            run.outcome.counters.listVectors += count
            for place in 0..<count {
                let (node, distance) = (scorer.nodes[place], scorer.values[place])
                let mayBeResult = run.filter?.allows(node) ?? true
                // The first k rows are taken as they come; from then on also what equals the worst goes in, and out again if its
                // label is the greater.
                let isKept = (first + place < k || distance <= bound) && mayBeResult
                tracer.record(
                    TraceEvent(
                        isKept ? .keep : .reject, flags: flags | (mayBeResult ? 0 : TraceEvent.notAResult), to: node,
                        distance: distance))
                if isKept {
                    best.push(.init(distance: distance, node: node, label: run.index.label(node)))
                    if best.count > k { best.pop() }
                }
                if first + place >= k - 1, !best.isEmpty { bound = best.top.distance }
            }
        }
        if run.outcome.isComplete {
            tracer.record(TraceEvent(.stop, flags: flags, to: TraceEvent.StopReason.complete.rawValue))
        }
        var found: [FoundNode] = []
        while !best.isEmpty {
            found.append(FoundNode(node: best.top.node, id: 0, distance: best.top.distance))
            best.pop()
        }
        return found.reversed()
    }
}
