internal import IndexFiles

extension Searcher {
    /// Faiss's `IndexIVF::search` for one query (faiss/IndexIVF.cpp): ask the coarse quantizer for the nearest cells, scan
    /// their lists from front to back.
    func searchIVF<T: Tracer>(
        _ lists: IVFLists, _ object: IndexObject, _ rules: SearchPlan.IVFRules, _ quantizer: SearchPlan.Step,
        _ query: [Float], _ stage: Int, _ run: inout SearchRun, _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        run.depth += 1
        let probes = try self.run(quantizer, query, &run, &tracer)
        run.depth -= 1
        guard run.outcome.isComplete else { return [] }
        let seen = rules.transforms.reduce(query) { $1.applied(to: $0) }
        if !rules.transforms.isEmpty, run.depth == 0 { run.outcome.transformedQuery = seen }
        var best = BestList(
            bestEntries, capacity: min(rules.k, object.count), largerIsNearer: object.largerIsNearer)
        var scan = try listScan(lists, object, seen)
        let flags = UInt8(stage)
        let filter = run.depth == 0 ? run.filter : nil
        var scanned = 0
        var ndis = 0
        var updates = 0
        var compared = 0
        var stop = TraceEvent.StopReason.complete
        for probe in probes {
            if tracer.shouldStop() {
                stop = .cancelled
                break
            }
            guard probe.id >= 0, probe.id < Int64(lists.nlist) else { continue }
            let cell = Int(probe.id)
            tracer.record(TraceEvent(.open, flags: flags, to: UInt32(cell), distance: probe.distance))
            let size = lists.size(of: cell)
            guard size > 0 else { continue }
            scanned += 1
            guard scan != nil else { continue }
            ndis += size
            try scan?.enter(cell, distance: probe.distance)
            let ids = lists.ids(of: cell)
            let start = lists.places.starts[cell]
            let values = scorerMemory.values.base
            for first in stride(from: 0, to: size, by: Self.batchRows) {
                if first > 0, tracer.shouldStop() {
                    stop = .cancelled
                    break
                }
                let count = min(Self.batchRows, size - first)
                let scores = scan?.score(first, count, filter) ?? 0
                compared += scores
                var scored = 0
                for place in first..<first + count {
                    let node = UInt32(truncatingIfNeeded: start &+ place)
                    // The library does not look at what the filter leaves out.
                    if let filter, !filter.allows(node) {
                        tracer.record(
                            TraceEvent(.reject, flags: flags | TraceEvent.notAResult, from: UInt32(cell), to: node))
                        continue
                    }
                    let distance = values[scored]
                    scored += 1
                    let isKept = best.admits(distance)
                    if isKept {
                        let id = ids.loadUnaligned(fromByteOffset: place &* 8, as: Int64.self)
                        best.insert(distance, id: id, node: node)
                        updates += 1
                    }
                    tracer.record(
                        TraceEvent(
                            isKept ? .keep : .reject, flags: flags, from: UInt32(cell), to: node, distance: distance))
                }
            }
            if stop == .cancelled { break }
        }
        run.outcome.counters.lists += scanned
        run.outcome.counters.distances += compared
        run.count("nlist", scanned)
        run.outcome.counters.listVectors += ndis
        run.count("ndis", ndis)
        run.count("nheap_updates", updates)
        if stop == .cancelled {
            run.cancel(stage, &tracer)
        } else {
            tracer.record(TraceEvent(.stop, flags: flags, to: stop.rawValue))
        }
        let nearest = found(&best)
        return lists.duplicates.isEmpty ? nearest : Self.withDuplicates(nearest, lists, k: rules.k)
    }

    /// Puts behind each vector those that have the same components (`IndexIVFFlatDedup::search_preassigned`).
    private static func withDuplicates(_ found: [FoundNode], _ lists: IVFLists, k: Int) -> [FoundNode] {
        var all: [FoundNode] = []
        for vector in found {
            all.append(vector)
            for id in lists.duplicates[vector.id] ?? [] {
                all.append(FoundNode(node: vector.node, id: id, distance: vector.distance, isDuplicate: true))
            }
        }
        return Array(all.prefix(k))
    }

    /// nil where the lists hold no codes.
    private func listScan(
        _ lists: IVFLists, _ object: IndexObject, _ query: [Float]
    ) throws(SearchError) -> ListScan? {
        guard let vectors = object.vectors else { return nil }
        let scorer: Scorer?
        if lists.isFastScan {
            // The codes lie in blocks, and are decoded with their centroids.
            scorer = scorerMemory.scorer(vectors, object.metric, query: query, batch: Self.batchRows)
        } else {
            scorer = scorerMemory.scorer(
                codesOf: vectors.encoding, object.metric, dimension: vectors.dimension, query: query,
                argument: object.metricArgument,
                isChangedFirst: vectors.residualCentroids != nil && object.metric == .l2, batch: Self.batchRows)
        }
        guard let scorer else {
            throw SearchError(
                code: .notSearchable,
                message: "the vectors of \(object.kind) can't be compared by \(object.metric.rawValue)")
        }
        return ListScan(
            lists: lists, object: object, memory: scorerMemory, scorer: scorer, query: query,
            centroids: lists.isFastScan ? nil : vectors.residualCentroids)
    }
}

/// Compares the codes of one inverted list after the other.
private struct ListScan {
    let lists: IVFLists
    let object: IndexObject
    let memory: ScorerMemory
    let scorer: Scorer
    let query: [Float]
    /// What the codes are differences to; nil where they stand for whole vectors, and where they are decoded.
    let centroids: StoredVectors?
    private var codes: UnsafeRawPointer
    private var firstNode = 0

    init(
        lists: IVFLists, object: IndexObject, memory: ScorerMemory, scorer: Scorer, query: [Float],
        centroids: StoredVectors?
    ) {
        self.lists = lists
        self.object = object
        self.memory = memory
        self.scorer = scorer
        self.query = query
        self.centroids = centroids
        codes = UnsafeRawPointer(memory.values.base)
    }

    /// Turns to a list.
    ///
    /// - Parameter distance: the quantizer's, from the query to the list's centroid.
    mutating func enter(_ cell: Int, distance: Float) throws(SearchError) {
        codes = lists.codes(of: cell)
        firstNode = lists.places.starts[cell]
        guard let centroids else { return }
        guard object.metric == .l2 else {
            // q·x = q·c + q·r, and the quantizer has computed q·c (faiss/IndexIVFPQ.cpp, `precompute_list_tables_IP`).
            return memory.change(offset: distance)
        }
        guard cell < centroids.count else {
            throw SearchError(code: .damagedFile, message: "cell \(cell) has no centroid")
        }
        // What is left of the query beside the centroid is compared with the codes, which are what is left of vectors.
        let rest = memory.vector.base
        centroids.decode(UInt32(cell), into: rest)
        for place in query.indices { rest[place] = query[place] - rest[place] }
        memory.queryChanged(object)
    }

    /// Computes the distances of those of `count` vectors that a filter lets through; returns how many these are.
    func score(_ first: Int, _ count: Int, _ filter: NodeFilter?) -> Int {
        let codeBytes = lists.places.codeBytes
        guard filter != nil || lists.isFastScan else {
            scorer.score(rowsFrom: codes + first &* codeBytes, stride: codeBytes, count)
            return count
        }
        var allowed = 0
        for place in first..<first + count {
            let node = UInt32(truncatingIfNeeded: firstNode &+ place)
            guard filter?.allows(node) ?? true else { continue }
            scorer.nodes[allowed] = lists.isFastScan ? node : UInt32(place)
            allowed += 1
        }
        if lists.isFastScan {
            scorer.score(allowed)
        } else {
            scorer.score(rowsNumbered: allowed, from: codes, stride: codeBytes)
        }
        return allowed
    }
}
