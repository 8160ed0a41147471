internal import IndexFiles

extension Searcher {
    /// hnswlib's `searchKnn` (hnswlib/hnswalg.h, 0.8.0): greedy through the upper layers, then best-first on layer 0.
    func searchGraph<T: Tracer>(
        _ graph: HNSWGraph, _ index: IndexFile, _ query: [Float], _ parameters: SearchParameters, _ tracer: inout T
    ) throws(SearchError) -> SearchOutcome {
        var outcome = SearchOutcome(header: TraceHeader(index, parameters))
        guard graph.count > 0 else {
            tracer.record(TraceEvent(.stop, to: TraceEvent.StopReason.empty.rawValue))
            return outcome
        }
        var distances = Distances(index, query: query)
        let entry = try descend(graph, &distances, &outcome, &tracer)
        if outcome.isComplete {
            try searchBase(graph, from: entry, outcome.header.efSearch, &distances, &outcome, &tracer)
        }
        while top.count > parameters.k { _ = top.pop() }
        // hnswlib hands the results over in a queue of (distance, label) pairs: ties are ordered by label.
        outcome.hits = top.elements
            .map { SearchHit(label: graph.label($0.node), node: $0.node, distance: $0.key) }
            .sorted { ($0.distance, $0.label) < ($1.distance, $1.label) }
        return outcome
    }

    /// The nearest node that greedy steps reach on layer 1, without a visited set.
    private func descend<T: Tracer>(
        _ graph: HNSWGraph, _ distances: inout Distances, _ outcome: inout SearchOutcome, _ tracer: inout T
    ) throws(SearchError) -> UInt32 {
        top.removeAll()
        var current = graph.entryPoint
        var nearest = distances.distance(to: graph.vector(current))
        outcome.counters.distances += 1
        for layer in stride(from: graph.maxLevel, to: 0, by: -1) {
            tracer.record(
                TraceEvent(
                    .enter, flags: flags(graph, current), layer: Int16(layer), to: current,
                    distance: layer == graph.maxLevel ? nearest : .nan))
            var hasMoved = true
            while hasMoved {
                hasMoved = false
                guard !tracer.isCancelled else {
                    cancel(&outcome, &tracer)
                    return current
                }
                // The whole list of the node that was current at the start is read, even after a move.
                let scanned = current
                let (ids, count) = graph.links(of: scanned, level: layer)
                outcome.counters.expansions += 1
                outcome.counters.upperHops += 1
                outcome.counters.upperListLengths += count
                outcome.counters.distances += count
                tracer.record(TraceEvent(.expand, layer: Int16(layer), to: scanned, distance: nearest))
                distances.beginBatch()
                fresh.removeAll(keepingCapacity: true)
                for place in 0..<count {
                    let node = ids.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
                    guard node < UInt32(graph.count), graph.isOnLevel(node, layer) else {
                        throw Self.damaged(scanned, place, node)
                    }
                    // Kept, as a mapped file could have another link here the next time.
                    fresh.append(node)
                    distances.add(graph.vector(node))
                }
                distances.compute()
                for (place, node) in fresh.enumerated() {
                    let distance = distances.values[place]
                    let isNearer = distance < nearest
                    tracer.record(
                        TraceEvent(
                            isNearer ? .keep : .reject, flags: flags(graph, node), layer: Int16(layer), from: scanned,
                            to: node, distance: distance))
                    if isNearer {
                        nearest = distance
                        current = node
                        hasMoved = true
                    }
                }
            }
            tracer.record(TraceEvent(.descend, layer: Int16(layer), to: current, distance: nearest))
        }
        return current
    }

    private func searchBase<T: Tracer>(
        _ graph: HNSWGraph, from entry: UInt32, _ efSearch: Int, _ distances: inout Distances,
        _ outcome: inout SearchOutcome, _ tracer: inout T
    ) throws(SearchError) {
        let bare = outcome.header.bare
        candidates.removeAll()
        visited.begin(count: graph.count)
        _ = visited.insert(entry)
        var bound = Float.greatestFiniteMagnitude
        var enterDistance = Float.nan
        if bare || !graph.isDeleted(entry) {
            enterDistance = distances.distance(to: graph.vector(entry))
            outcome.counters.distances += 1
            bound = enterDistance
            top.push(enterDistance, entry)
            candidates.push(-enterDistance, entry)
        } else {
            candidates.push(-Float.greatestFiniteMagnitude, entry)
        }
        tracer.record(
            TraceEvent(.enter, flags: flags(graph, entry), layer: 0, to: entry, distance: enterDistance))
        while !candidates.isEmpty {
            let candidate = candidates.top
            let distance = -candidate.key
            if distance > bound, bare || top.count == efSearch {
                tracer.record(
                    TraceEvent(
                        .stop, layer: 0, from: candidate.node, to: TraceEvent.StopReason.bound.rawValue,
                        distance: distance))
                return
            }
            guard !tracer.isCancelled else { return cancel(&outcome, &tracer) }
            _ = candidates.pop()
            outcome.counters.expansions += 1
            tracer.record(
                TraceEvent(
                    .expand, layer: 0, to: candidate.node,
                    // A deleted entry carries a stand-in, not a distance.
                    distance: distance == .greatestFiniteMagnitude ? .nan : distance))
            try expand(candidate.node, graph, efSearch, &bound, &distances, &outcome, &tracer)
        }
        tracer.record(TraceEvent(.stop, layer: 0, to: TraceEvent.StopReason.exhausted.rawValue))
    }

    /// Reads the layer-0 links of one candidate.
    private func expand<T: Tracer>(
        _ source: UInt32, _ graph: HNSWGraph, _ efSearch: Int, _ bound: inout Float, _ distances: inout Distances,
        _ outcome: inout SearchOutcome, _ tracer: inout T
    ) throws(SearchError) {
        let (ids, count) = graph.links(of: source, level: 0)
        fresh.removeAll(keepingCapacity: true)
        distances.beginBatch()
        for place in 0..<count {
            let node = ids.loadUnaligned(fromByteOffset: place * 4, as: UInt32.self)
            guard node < UInt32(graph.count) else { throw Self.damaged(source, place, node) }
            guard visited.insert(node) else { continue }
            fresh.append(node)
            distances.add(graph.vector(node))
        }
        distances.compute()
        outcome.counters.distances += fresh.count
        for (place, node) in fresh.enumerated() {
            let distance = distances.values[place]
            let isKept = top.count < efSearch || bound > distance
            tracer.record(
                TraceEvent(
                    isKept ? .keep : .reject, flags: flags(graph, node), layer: 0, from: source, to: node,
                    distance: distance))
            guard isKept else { continue }
            candidates.push(-distance, node)
            if outcome.header.bare || !graph.isDeleted(node) { top.push(distance, node) }
            if top.count > efSearch { _ = top.pop() }
            if !top.isEmpty { bound = top.top.key }
        }
    }

    /// Settled files were checked; in a mapped one every link is met for the first time.
    private static func damaged(_ source: UInt32, _ place: Int, _ node: UInt32) -> SearchError {
        SearchError(
            code: .damagedFile, message: "link \(place) of node \(source) leads to node \(node), which is not there")
    }

    private func flags(_ graph: HNSWGraph, _ node: UInt32) -> UInt8 {
        graph.isDeleted(node) ? TraceEvent.notAResult : 0
    }

    func cancel<T: Tracer>(_ outcome: inout SearchOutcome, _ tracer: inout T) {
        outcome.isComplete = false
        tracer.record(TraceEvent(.stop, to: TraceEvent.StopReason.cancelled.rawValue))
    }
}
