internal import IndexFiles

extension Searcher {
    /// Faiss's `IndexFlat::search` for one query, and that of the flat indexes over codes: every vector, in order.
    func searchFlat<T: Tracer>(
        _ object: IndexObject, k: Int, _ query: [Float], _ stage: Int, _ run: inout SearchRun, _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        guard object.count > 0 else { return run.stopEmpty(stage, &tracer) }
        let scorer = try scorer(object, query, batch: Self.batchRows)
        let flags = UInt8(stage)
        let isCoarse = run.depth > 0
        let filter = isCoarse ? nil : run.filter
        var best = BestList(
            bestEntries, capacity: min(k, object.count), largerIsNearer: object.largerIsNearer)
        tracer.record(TraceEvent(.enter, flags: flags, to: TraceEvent.none))
        var compared = 0
        for first in stride(from: 0, to: object.count, by: Self.batchRows) {
            if tracer.shouldStop() {
                run.cancel(stage, &tracer)
                break
            }
            let end = min(first + Self.batchRows, object.count)
            var count = 0
            for node in UInt32(first)..<UInt32(end) where filter?.allows(node) ?? true {
                scorer.nodes[count] = node
                count += 1
            }
            scorer.score(count)
            compared += count
            var place = 0
            for node in UInt32(first)..<UInt32(end) {
                // The library does not look at what the filter leaves out.
                guard filter?.allows(node) ?? true else {
                    tracer.record(TraceEvent(.reject, flags: flags | TraceEvent.notAResult, to: node))
                    continue
                }
                let distance = scorer.values[place]
                place += 1
                let isKept = best.offer(distance, id: Int64(node), node: node)
                let kind: TraceEvent.Kind = isCoarse ? .rank : isKept ? .keep : .reject
                tracer.record(TraceEvent(kind, flags: flags, to: node, distance: distance))
            }
        }
        run.outcome.counters.distances += compared
        if isCoarse {
            run.outcome.counters.centroids += compared
        } else {
            run.outcome.counters.listVectors += object.count
            if run.outcome.isComplete {
                tracer.record(TraceEvent(.stop, flags: flags, to: TraceEvent.StopReason.complete.rawValue))
            }
        }
        return found(&best)
    }

    /// The entries of a list, best first.
    func found(_ best: inout BestList) -> [FoundNode] {
        let sorted = best.sorted()
        return sorted.map { FoundNode(node: $0.node, id: $0.id, distance: best.distance($0)) }
    }

    /// A query made ready for an index's vectors.
    func scorer(
        _ object: IndexObject, _ query: [Float], metric: Metric? = nil, scale: ScorerMemory.Scale = .plain, batch: Int
    ) throws(SearchError) -> Scorer {
        let metric = metric ?? object.metric
        guard let vectors = object.vectors,
            let scorer = scorerMemory.scorer(
                vectors, metric, query: query, scale: scale, argument: object.metricArgument, batch: batch)
        else { throw .notComparable(object) }
        return scorer
    }
}
