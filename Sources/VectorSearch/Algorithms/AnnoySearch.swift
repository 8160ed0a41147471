internal import IndexFiles

extension Searcher {
    /// Annoy's `_get_all_nns` (annoylib.h, 1.17.3): all trees at once, the branch on the right side of its planes first, until
    /// enough items are gathered; then each of them is compared.
    ///
    /// Distances in the trace are those that Annoy returns, with the root for `angular` and `euclidean`; it ranks by what they
    /// are made of. A branch's is its priority: the least distance to the planes on its way, negative beyond one of them, and none for a
    /// root; for `hamming`, minus the splits that were taken on the other side.
    func searchAnnoy<T: Tracer>(
        _ forest: AnnoyForest, _ object: IndexObject, searchK: Int, _ query: [Float], trees: Int, candidates: Int,
        _ run: inout SearchRun, _ tracer: inout T
    ) throws(SearchError) -> [FoundNode] {
        let distances = try AnnoyDistances(forest, object, query, scorerMemory, batch: Self.batchRows)
        let gathered = try gather(forest, distances, searchK: searchK, trees, &run, &tracer)
        guard run.outcome.isComplete else { return [] }
        return compare(gathered, forest, distances, candidates, &run, &tracer)
    }

    /// Walks the trees.
    ///
    /// - Returns: how many items `gatheredItems` holds, each once, by number.
    private func gather<T: Tracer>(
        _ forest: AnnoyForest, _ distances: AnnoyDistances, searchK: Int, _ stage: Int, _ run: inout SearchRun,
        _ tracer: inout T
    ) throws(SearchError) -> Int {
        let flags = UInt8(stage)
        let marks = visited.begin(count: forest.count)
        let (splits, splitsAgain) = (
            splitVisits.begin(count: forest.nodeCount), splitRevisits.begin(count: forest.nodeCount)
        )
        var branches = OrderedHeap(candidateElements, smallerIdOnTop: false)
        // The library's own list holds an item once for each tree; it ends the walk.
        var met = 0
        var fresh = 0
        func take(_ item: UInt32) {
            met += 1
            guard marks.insert(item) else { return }
            _ = fresh == gatheredItems.capacity ? gatheredItems.grow(keeping: fresh) : gatheredItems.base
            gatheredItems.base[fresh] = item
            fresh += 1
        }
        for root in forest.roots {
            branches.push(distances.rootPriority, root)
            tracer.record(TraceEvent(.enter, flags: flags, to: root))
        }
        while met < searchK, !branches.isEmpty {
            guard !tracer.shouldStop() else {
                run.cancel(stage, &tracer)
                return fresh
            }
            let (node, priority) = (branches.top.node, branches.top.key)
            branches.pop()
            run.outcome.counters.expansions += 1
            let told = priority.isInfinite ? Float.nan : priority
            let kind = forest.kind(of: node)
            tracer.record(TraceEvent(kind == .split ? .split : .open, flags: flags, to: node, distance: told))
            switch kind {
            case .item: take(node)
            case .absentItem: break
            case .bucket(let size):
                for place in 0..<size {
                    let item = forest.item(place, inBucket: node)
                    guard item >= 0, item < Int64(forest.count) else {
                        throw .damaged(link: place, of: node, to: item)
                    }
                    take(UInt32(item))
                }
            case .split:
                // The library may find the root of a tree twice, as such and as its copy. Nothing else leads to a split a
                // second time, and a damaged file could make the branches double with every step.
                guard splits.insert(node) || splitsAgain.insert(node) else {
                    throw SearchError(
                        code: .damagedFile, message: "node \(node) is a child of more than one node")
                }
                let margin = try distances.margin(of: node)
                for side in [1, 0] {
                    let child = forest.child(side, of: node)
                    // A sound child is before its parent, so that no walk goes round in circles.
                    guard child >= 0, child < Int64(node) else { throw .damaged(link: side, of: node, to: child) }
                    branches.push(distances.priority(priority, margin, side), UInt32(child))
                }
            }
        }
        tracer.record(
            TraceEvent(
                .stop, flags: flags,
                to: (met < searchK ? TraceEvent.StopReason.exhausted : .budget).rawValue))
        var items = UnsafeMutableBufferPointer(start: gatheredItems.base, count: fresh)
        items.sort()
        return fresh
    }

    /// Compares the query with the gathered items, in order of their numbers. What is kept is what enters the heap of
    /// `std::partial_sort`, by which Annoy finds the nearest.
    private func compare<T: Tracer>(
        _ gathered: Int, _ forest: AnnoyForest, _ distances: AnnoyDistances, _ stage: Int, _ run: inout SearchRun,
        _ tracer: inout T
    ) -> [FoundNode] {
        let flags = UInt8(stage)
        let k = run.outcome.header.k
        let scorer = distances.items
        var best = OrderedHeap(topElements, smallerIdOnTop: false)
        tracer.record(TraceEvent(.enter, flags: flags, to: TraceEvent.none))
        for first in stride(from: 0, to: gathered, by: scorer.capacity) {
            if tracer.shouldStop() {
                run.cancel(stage, &tracer)
                break
            }
            var count = 0
            for place in first..<min(first + scorer.capacity, gathered) {
                let item = gatheredItems.base[place]
                // Small forests with holes have buckets that name items which were never added.
                guard forest.kind(of: item) == .item else { continue }
                scorer.nodes[count] = item
                count += 1
            }
            scorer.score(count)
            run.outcome.counters.distances += count
            for place in 0..<count {
                let item = scorer.nodes[place]
                let distance = distances.ranked(scorer.values[place], item)
                let isKept = best.count < k || distance < best.top.key
                tracer.record(
                    TraceEvent(
                        isKept ? .keep : .reject, flags: flags, to: item, distance: distances.returned(distance)))
                guard isKept else { continue }
                if best.count == k { best.pop() }
                best.push(distance, item)
            }
        }
        if run.outcome.isComplete {
            tracer.record(TraceEvent(.stop, flags: flags, to: TraceEvent.StopReason.complete.rawValue))
        }
        var found: [FoundNode] = []
        while !best.isEmpty {
            found.append(
                FoundNode(node: best.top.node, id: 0, distance: distances.returned(best.top.key)))
            best.pop()
        }
        return found.reversed()
    }
}
