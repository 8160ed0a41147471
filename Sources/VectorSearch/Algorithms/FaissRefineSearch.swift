internal import CVectorKernels
internal import IndexFiles

extension Searcher {
    /// Faiss's `IndexRefine::search` (faiss/IndexRefine.cpp): what an index found is ranked again by the distances of
    /// another one over the same vectors, whose nodes are the first one's ids.
    func refine<T: Tracer>(
        _ found: [FoundNode], by finer: IndexObject, _ query: [Float], k: Int, _ stage: Int, _ run: inout SearchRun,
        _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        let scorer = try scorer(finer, query, batch: Self.batchRows)
        let places = try finer.placesByLabel()
        return try rank(found, k: k, largerIsNearer: finer.largerIsNearer, stage, &run, &tracer) {
            found throws(SearchError) in
            for (place, candidate) in found.enumerated() {
                guard candidate.id >= 0, candidate.id < Int64(finer.count) else {
                    throw SearchError(
                        code: .damagedFile, message: "the refining index has no vector \(candidate.id)")
                }
                scorer.nodes[place] = places?[Int(candidate.id)] ?? UInt32(candidate.id)
            }
            scorer.score(found.count)
            return UnsafePointer(scorer.values)
        }
    }

    /// The third level of Faiss's `IndexIVFPQR` (faiss/IndexIVFPQR.cpp): the distance between what the first two levels leave
    /// of the query and the second code of each candidate.
    func refine<T: Tracer>(
        _ found: [FoundNode], _ lists: IVFLists, _ object: IndexObject, _ refinement: IVFRefinement, _ query: [Float],
        k: Int, _ stage: Int, _ run: inout SearchRun, _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        guard let vectors = object.vectors else { return [] }
        let dimension = query.count
        let codeBytes = refinement.quantizer.codeBytes
        let rest = UnsafeMutableBufferPointer<Float>.allocate(capacity: dimension)
        let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.batchRows)
        defer {
            rest.deallocate()
            values.deallocate()
        }
        return try rank(found, k: k, largerIsNearer: false, stage, &run, &tracer) { found throws(SearchError) in
            for (place, candidate) in found.enumerated() {
                guard candidate.id >= 0, candidate.id < Int64(refinement.count) else {
                    throw SearchError(
                        code: .damagedFile, message: "there is no refining code of the vector \(candidate.id)")
                }
                guard let base = rest.baseAddress else { continue }
                // The stored vector is the sum of centroid and code, so that this takes both away.
                vectors.decode(candidate.node, into: base)
                for component in 0..<dimension { base[component] = query[component] - base[component] }
                values[place] = refinement.quantizer.squaredDistance(
                    base, refinement.codes + Int(candidate.id) * codeBytes)
            }
            return UnsafePointer(values.baseAddress ?? scorerMemory.values.base)
        }
    }

    private func rank<T: Tracer>(
        _ found: [FoundNode], k: Int, largerIsNearer: Bool, _ stage: Int, _ run: inout SearchRun, _ tracer: inout T,
        _ distances: (ArraySlice<FoundNode>) throws(SearchError) -> UnsafePointer<Float>
    ) throws(SearchError) -> [FoundNode] {
        guard run.outcome.isComplete else { return [] }
        var best = BestList(bestEntries, capacity: min(k, found.count), largerIsNearer: largerIsNearer)
        let flags = UInt8(stage)
        tracer.record(TraceEvent(.enter, flags: flags, to: TraceEvent.none))
        for first in stride(from: 0, to: found.count, by: Self.batchRows) {
            if tracer.shouldStop() {
                run.cancel(stage, &tracer)
                return self.found(&best)
            }
            let batch = found[first..<min(first + Self.batchRows, found.count)]
            let values = try distances(batch)
            for (place, candidate) in batch.enumerated() {
                _ = best.offer(values[place], id: candidate.id, node: candidate.node)
                tracer.record(
                    TraceEvent(.rescore, flags: flags, to: candidate.node, distance: values[place]))
            }
        }
        run.outcome.counters.rescored += found.count
        run.outcome.counters.distances += found.count
        tracer.record(TraceEvent(.stop, flags: flags, to: TraceEvent.StopReason.complete.rawValue))
        return self.found(&best)
    }
}

extension IndexObject {
    /// The node of each label of an index that numbers its vectors otherwise; nil where a label is the node itself.
    fileprivate func placesByLabel() throws(SearchError) -> [UInt32]? {
        guard !labels.arePositions else { return nil }
        var places = [UInt32](repeating: 0, count: count)
        for node in 0..<UInt32(count) {
            let label = labels.label(node)
            guard label >= 0, label < VectorLabel(count) else {
                throw SearchError(
                    code: .notSearchable, message: "the refining index \(kind) names its vectors by other ids than 0 up"
                )
            }
            places[Int(label)] = node
        }
        return places
    }
}

extension ProductQuantizer {
    /// Squared L2 distance from a vector to what a code stands for.
    fileprivate func squaredDistance(_ vector: UnsafePointer<Float>, _ code: UnsafeRawPointer) -> Float {
        var sum: Float = 0
        for part in 0..<M {
            let centroid = centroid(part: part, number: number(code, part: part))
            for component in 0..<partDimension {
                let difference =
                    vector[part * partDimension + component]
                    - centroid.loadUnaligned(fromByteOffset: component * 4, as: Float.self)
                sum += difference * difference
            }
        }
        return sum
    }
}
