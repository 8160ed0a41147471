internal import IndexFiles

/// Follows one stage of a search step by step.
struct StageReplay {
    typealias Leaving = (node: UInt32, queue: Departure.Queue, cause: Departure.Cause)

    private let stage: TraceHeader.Stage
    private let queues: any QueueReplay
    private var state = StagePicture()
    private(set) var hasBegun = false
    /// Nodes met on the present layer.
    private var met: Set<UInt32> = []
    /// On the lowest layer: whose links led to a node.
    private var parents: [UInt32: UInt32] = [:]
    /// On the lowest layer: the nearest node met.
    private var tip: (node: UInt32, key: Float)?
    /// The distance that the descent hands down.
    private var carried = Float.nan

    init(_ stage: TraceHeader.Stage, eventCount: Int, id: @escaping (UInt32) -> VectorLabel) {
        self.stage = stage
        queues = Self.queues(stage, eventCount: eventCount, id)
    }

    private static func queues(
        _ stage: TraceHeader.Stage, eventCount: Int, _ id: @escaping (UInt32) -> VectorLabel
    ) -> any QueueReplay {
        // More than there are steps never come together, whatever the header says.
        let k = min(stage.k, eventCount)
        let efSearch = max(1, min(stage.efSearch, eventCount + 1))
        switch stage.algorithm {
        case .hnswlib: return HnswlibQueues(efSearch: efSearch, k: k, id: id)
        case .faissHNSW where stage.isQueueBounded:
            return FaissBoundedQueues(efSearch: efSearch, k: k, largerIsNearer: stage.largerIsNearer)
        case .faissHNSW: return FaissUnboundedQueues(efSearch: efSearch, largerIsNearer: stage.largerIsNearer)
        case .faissNSG: return FaissPoolQueue(size: efSearch)
        case .usearch: return UsearchQueues(efSearch: efSearch)
        case .annoy: return AnnoyQueue(k: k)
        case .hnswlibFlat: return HnswlibFlatQueue(k: k, id: id)
        case .faissIVF, .faissFlat, .faissRefine:
            return BestQueue(k: k, largerIsNearer: stage.largerIsNearer, id: id)
        }
    }

    var distances: Int { state.distances }

    /// What the stage has in hand now.
    var picture: StagePicture {
        var picture = state
        picture.candidates = queues.candidates.map(scored)
        picture.results = queues.results.map(scored)
        picture.route = route
        return picture
    }

    /// Takes a step. Returns what left a queue.
    mutating func apply(_ event: TraceEvent) -> [Leaving] {
        hasBegun = true
        if stage.nodes == .centroids, event.measuresNode { state.ranks[event.to] = event.distance }
        switch event.kind {
        case .enter: enter(event)
        case .expand: return expand(event)
        case .keep, .reject: return measure(event)
        case .descend:
            state.current = event.to
            carried = event.distance
        case .rank:
            state.distances += 1
            return queues.keep(event.to, key(event.distance), mayBeResult: true)
        case .open where stage.nodes == .tree: state.treeNodes += 1
        case .open:
            state.openCell = event.to
            state.cells.append(.init(cell: event.to, order: state.cells.count + 1, distance: event.distance))
        case .rescore:
            state.distances += 1
            state.rescored += 1
            note(event)
            return queues.keep(event.to, key(event.distance), mayBeResult: true)
        case .split:
            state.current = event.to
            state.treeNodes += 1
        case .stop:
            state.stopReason = TraceEvent.StopReason(rawValue: event.to)
            if state.stopReason == .relative, queues.take(event.from) { return [(event.from, .candidates, .stopped)] }
        case .tally: tally(event)
        }
        return []
    }

    // MARK: Steps

    private mutating func enter(_ event: TraceEvent) {
        state.layer = Int(event.layer)
        guard event.layer >= 0, event.to != TraceEvent.none else { return }
        state.current = event.to
        met = [event.to]
        var layer = StagePicture.Layer(layer: state.layer, nodes: 1)
        if !event.distance.isNaN { layer.distances = 1 }
        // These compute the entry point's distance before they look at the layers, and once more on the lowest.
        if [.hnswlib, .usearch].contains(stage.algorithm), event.layer == 0, state.layers.isEmpty {
            layer.distances += 1
        }
        state.distances += layer.distances
        if !event.distance.isNaN { layer.best = event.distance }
        state.layers.append(layer)
        note(event)
        guard event.layer == 0 else { return state.route.append(.init(layer: state.layer, node: event.to)) }
        // NSG meets its entry point again by a link: the route begins here all the same.
        parents[event.to] = TraceEvent.none
        let distance = event.distance.isNaN ? carried : event.distance
        tip = (event.to, distance.isNaN ? .infinity : key(distance))
        queues.enter(event.to, key(distance), mayBeResult: event.mayBeResult)
    }

    private mutating func expand(_ event: TraceEvent) -> [Leaving] {
        state.current = event.to
        if !state.layers.isEmpty {
            state.layers[state.layers.count - 1].hops += 1
            // Only in a summary is this the first that is told of the node.
            if met.insert(event.to).inserted { state.layers[state.layers.count - 1].nodes += 1 }
        }
        guard event.layer != 0 else { return queues.expand(event.to) }
        let step = StagePicture.Step(layer: Int(event.layer), node: event.to)
        if state.route.last != step { state.route.append(step) }
        return []
    }

    private mutating func measure(_ event: TraceEvent) -> [Leaving] {
        let isKept = event.kind == .keep
        countInCell(size: 1, computed: event.isComputed ? 1 : 0, kept: isKept ? 1 : 0)
        guard event.isComputed else {
            state.leftOut += 1
            return []
        }
        state.distances += 1
        note(event)
        let key = key(event.distance)
        if !state.layers.isEmpty { countOnLayer(event) }
        guard isKept else { return [] }
        if event.layer != 0 || key < tip?.key ?? .infinity { state.current = event.to }
        if event.layer > 0 { return [] }
        if event.layer == 0, !state.isSummarised {
            if parents[event.to] == nil { parents[event.to] = event.from }
            if key < tip?.key ?? .infinity { tip = (event.to, key) }
        }
        return queues.keep(event.to, key, mayBeResult: event.mayBeResult)
    }

    private mutating func tally(_ event: TraceEvent) {
        state.isSummarised = true
        state.distances += Int(event.to)
        if stage.algorithm == .faissRefine { state.rescored += Int(event.to) }
        countInCell(size: Int(event.to), computed: Int(event.to), kept: Int(event.from))
        if !state.layers.isEmpty { state.layers[state.layers.count - 1].distances += Int(event.to) }
        queues.forget()
        tip = nil
    }

    // MARK: Parts

    private func key(_ distance: Float) -> Float { stage.largerIsNearer ? -distance : distance }

    private func isNearer(_ distance: Float, _ best: Float?) -> Bool { best.map { key(distance) < key($0) } ?? true }

    private func scored(_ entry: QueueEntry) -> ScoredNode {
        ScoredNode(node: entry.node, distance: stage.largerIsNearer ? -entry.key : entry.key)
    }

    private mutating func note(_ event: TraceEvent) {
        guard event.mayBeResult, !event.distance.isNaN else { return }
        if isNearer(event.distance, state.best) { state.best = event.distance }
    }

    private mutating func countOnLayer(_ event: TraceEvent) {
        let last = state.layers.count - 1
        state.layers[last].distances += 1
        if met.insert(event.to).inserted { state.layers[last].nodes += 1 }
        if isNearer(event.distance, state.layers[last].best) { state.layers[last].best = event.distance }
    }

    private mutating func countInCell(size: Int, computed: Int, kept: Int) {
        guard !state.cells.isEmpty else { return }
        state.cells[state.cells.count - 1].size += size
        state.cells[state.cells.count - 1].computed += computed
        state.cells[state.cells.count - 1].kept += kept
    }

    /// The upper layers' steps, and the links that led to the nearest node of the lowest.
    private var route: [StagePicture.Step] {
        guard let tip else { return state.route }
        var chain = [tip.node]
        // A chain is no longer than there are nodes, or the trace is none of a search.
        while let parent = parents[chain[chain.count - 1]], parent != TraceEvent.none, chain.count <= parents.count {
            chain.append(parent)
        }
        return state.route + chain.reversed().map { .init(layer: 0, node: $0) }
    }
}

extension TraceEvent {
    /// The distance to `to` is told.
    fileprivate var measuresNode: Bool {
        switch kind {
        case .enter, .keep, .reject, .rank: to != Self.none && !distance.isNaN
        default: false
        }
    }
}
