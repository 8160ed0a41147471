internal import IndexFiles

extension Searcher {
    /// Rows compared at once: enough to keep the processor's loads in flight, few enough to stay in the cache.
    private static let batchRows = 64

    /// Faiss's `IndexIVFFlat::search` for one query (faiss/IndexIVF.cpp): rank the centroids, scan the nearest lists.
    func searchLists<T: Tracer>(
        _ lists: IVFLists, _ index: IndexFile, _ query: [Float], _ parameters: SearchParameters, _ tracer: inout T
    ) throws(SearchError) -> SearchOutcome {
        let nprobe = TraceHeader(index, parameters).nprobe
        guard nprobe > 0 else {
            throw SearchError(code: .invalidParameter, message: "the file's nprobe is 0: say which nprobe to use")
        }
        guard let centroids = lists.flatCentroids else {
            throw SearchError(code: .notSearchable, message: "the centroids are not stored as floats")
        }
        let largerIsNearer = index.largerIsNearer
        var outcome = SearchOutcome(header: TraceHeader(index, parameters))
        var distances = Distances(index, query: query)
        tracer.record(TraceEvent(.enter, to: TraceEvent.none))
        best.reset(capacity: nprobe, largerIsNearer: largerIsNearer)
        forEachRow(centroids, lists.nlist, &distances) { cell, distance in
            tracer.record(TraceEvent(.rank, to: UInt32(cell), distance: distance))
            _ = best.offer(distance, id: Int64(cell), node: UInt32(cell))
        }
        outcome.counters.centroids = lists.nlist
        let probes = best.sorted
        best.reset(capacity: parameters.k, largerIsNearer: largerIsNearer)
        var stop = TraceEvent.StopReason.complete
        for probe in probes {
            if tracer.isCancelled {
                stop = .cancelled
                break
            }
            let cell = Int(probe.node)
            tracer.record(TraceEvent(.open, flags: 1, to: probe.node, distance: probe.distance))
            let size = lists.size(of: cell)
            guard size > 0 else { continue }
            outcome.counters.lists += 1
            outcome.counters.listVectors += size
            let ids = lists.ids(of: cell)
            let start = lists.places.starts[cell]
            forEachRow(lists.codes(of: cell), size, &distances) { place, distance in
                let node = UInt32(start + place)
                let id = ids.loadUnaligned(fromByteOffset: place * 8, as: Int64.self)
                let isKept = best.offer(distance, id: id, node: node)
                tracer.record(
                    TraceEvent(isKept ? .keep : .reject, flags: 1, from: probe.node, to: node, distance: distance))
            }
        }
        outcome.counters.distances = outcome.counters.centroids + outcome.counters.listVectors
        outcome.isComplete = stop == .complete
        tracer.record(TraceEvent(.stop, flags: 1, to: stop.rawValue))
        outcome.hits = best.sorted.map {
            SearchHit(label: index.label($0.node), node: $0.node, distance: $0.distance)
        }
        return outcome
    }

    /// Faiss's `IndexFlat::search` for one query: every vector, in order.
    func searchVectors<T: Tracer>(
        _ index: IndexFile, _ query: [Float], _ parameters: SearchParameters, _ tracer: inout T
    ) -> SearchOutcome {
        let largerIsNearer = index.largerIsNearer
        var outcome = SearchOutcome(header: TraceHeader(index, parameters))
        guard index.count > 0, let rows = index.vectors?.floatRow(0) else {
            tracer.record(TraceEvent(.stop, to: TraceEvent.StopReason.empty.rawValue))
            return outcome
        }
        var distances = Distances(index, query: query)
        tracer.record(TraceEvent(.enter, to: TraceEvent.none))
        best.reset(capacity: parameters.k, largerIsNearer: largerIsNearer)
        forEachRow(rows, index.count, &distances) { place, distance in
            let isKept = best.offer(distance, id: Int64(place), node: UInt32(place))
            tracer.record(TraceEvent(isKept ? .keep : .reject, to: UInt32(place), distance: distance))
        }
        outcome.counters.distances = index.count
        outcome.counters.listVectors = index.count
        tracer.record(TraceEvent(.stop, to: TraceEvent.StopReason.complete.rawValue))
        outcome.hits = best.sorted.map {
            SearchHit(label: index.label($0.node), node: $0.node, distance: $0.distance)
        }
        return outcome
    }

    /// Computes the distances to rows that lie one after the other, and hands them over in order.
    private func forEachRow(
        _ base: UnsafeRawPointer, _ count: Int, _ distances: inout Distances, _ body: (Int, Float) -> Void
    ) {
        let rowBytes = 4 * distances.query.count
        for first in stride(from: 0, to: count, by: Self.batchRows) {
            let end = min(first + Self.batchRows, count)
            distances.beginBatch()
            for row in first..<end { distances.add(base + row * rowBytes) }
            distances.compute()
            for row in first..<end { body(row, distances.values[row - first]) }
        }
    }
}
