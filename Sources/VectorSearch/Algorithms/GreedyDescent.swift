internal import IndexFiles

/// A graph whose lists of links a search reads one after the other.
protocol WalkedGraph: LayeredGraph {
    /// Writes the links of a node on a layer, in stored order; returns how many there are. They are written down, as a mapped
    /// file could have others there the next time.
    ///
    /// - Throws: `damagedFile` for a link to a node that is not on the layer.
    func readLinks(of node: UInt32, layer: Int, into nodes: UnsafeMutablePointer<UInt32>) throws(SearchError) -> Int
}

/// The way through the upper layers of a hierarchical graph (Malkov and Yashunin 2018, algorithm 5 above layer 0), which is
/// the same in hnswlib (`searchKnn`), Faiss (`greedy_update_nearest`) and usearch (`search_for_one_`): on each layer to the
/// nearest link, as long as one is nearer. No node is remembered, and distances are computed again where links meet.
struct GreedyDescent {
    /// The nearest node on layer 1, or the entry point where there is only layer 0.
    private(set) var node: UInt32
    /// Its distance, with the sign turned where larger is nearer.
    private(set) var key: Float
    /// Lists that were read.
    private(set) var hops = 0
    /// Links in them; a distance was computed for each, and one for the entry point.
    private(set) var links = 0
    /// The search was called off, and the trace says so.
    private(set) var isCancelled = false

    /// - Parameters:
    ///   - turns: larger distances are nearer.
    ///   - stage: of the events.
    init<Graph: WalkedGraph, T: Tracer>(
        _ graph: Graph, from entry: UInt32, _ scorer: Scorer, turns: Bool = false, stage: UInt8 = 0,
        _ tracer: inout T
    ) throws(SearchError) {
        node = entry
        let first = scorer.score(node: entry)
        key = turns ? -first : first
        for layer in stride(from: graph.maxLevel, to: 0, by: -1) {
            let level = Int16(truncatingIfNeeded: layer)
            tracer.record(
                TraceEvent(
                    .enter, flags: stage, layer: level, to: node, distance: layer == graph.maxLevel ? first : .nan))
            // The whole list of the node that was nearest at the start is read, even after a move.
            var scanned: UInt32
            repeat {
                guard !tracer.shouldStop() else {
                    isCancelled = true
                    tracer.record(TraceEvent(.stop, flags: stage, to: TraceEvent.StopReason.cancelled.rawValue))
                    return
                }
                scanned = node
                tracer.record(
                    TraceEvent(.expand, flags: stage, layer: level, to: scanned, distance: turns ? -key : key))
                let count = try graph.readLinks(of: scanned, layer: layer, into: scorer.nodes)
                for place in 0..<count { scorer.prefetch(scorer.nodes[place]) }
                scorer.score(count)
                hops += 1
                links += count
                for place in 0..<count {
                    let (link, distance) = (scorer.nodes[place], scorer.values[place])
                    let linkKey = turns ? -distance : distance
                    let isNearer = linkKey < key
                    tracer.record(
                        TraceEvent(
                            isNearer ? .keep : .reject, flags: stage, layer: level, from: scanned, to: link,
                            distance: distance))
                    if isNearer { (node, key) = (link, linkKey) }
                }
            } while node != scanned
            tracer.record(
                TraceEvent(.descend, flags: stage, layer: level, to: node, distance: turns ? -key : key))
        }
    }
}
