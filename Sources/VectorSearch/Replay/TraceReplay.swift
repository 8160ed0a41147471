public import IndexFiles

/// Tells what a search had in hand after any number of its steps: queues, what left them, the route, counts by layer and
/// by cell. All of it follows from the header, the steps and the cursor, by the queues of the search itself.
///
/// Three things are not in the trace. Ids that order equal distances come from `id`; without it, equal distances at the k-th
/// place may change places with others beyond it. And what a tally stands for is only counted: from the first one on the
/// queues of its stage are empty here. A vector that stands for duplicates (Faiss's `IndexIVFFlatDedup`) is one result.
public final class TraceReplay {
    public let header: TraceHeader
    /// Steps that have happened.
    public private(set) var cursor = 0
    /// The stage of the latest step.
    public private(set) var stage = 0
    /// What left a queue at the latest step.
    public private(set) var departures: [Departure] = []
    private let events: [TraceEvent]
    private let id: (UInt32) -> VectorLabel
    private var states: [StageReplay]

    /// - Parameter id: what orders equal distances where the nodes are vectors: hnswlib's label, the id in Faiss's inverted
    ///   lists, and elsewhere the node's number.
    public init(
        _ header: TraceHeader, _ events: [TraceEvent], id: @escaping (UInt32) -> VectorLabel = { VectorLabel($0) }
    ) {
        self.header = header
        self.events = events
        self.id = id
        states = Self.states(header, events, id)
    }

    /// Goes to a cursor from 0, before the first step, to the number of steps. Going back begins anew.
    public func move(to target: Int) {
        let target = min(max(0, target), events.count)
        if target < cursor {
            states = Self.states(header, events, id)
            cursor = 0
            stage = 0
            departures = []
        }
        while cursor < target {
            let event = events[cursor]
            cursor += 1
            guard event.stage < states.count else { continue }
            stage = event.stage
            departures = states[stage].apply(event).map {
                Departure(stage: stage, node: $0.node, queue: $0.queue, cause: $0.cause)
            }
        }
    }

    /// What each stage has in hand, in the order in which they run.
    public var stages: [StagePicture] { states.map(\.picture) }

    /// The results so far, nearest first and at most k: those of the latest stage over vectors that has any.
    public var results: [ScoredNode] {
        for (state, stage) in zip(states, header.stages).reversed() where stage.nodes == .vectors && state.hasBegun {
            return Array(state.picture.results.prefix(min(header.k, stage.k)))
        }
        return []
    }

    /// Distances computed, in all stages.
    public var distances: Int { states.reduce(0) { $0 + $1.distances } }

    private static func states(
        _ header: TraceHeader, _ events: [TraceEvent], _ id: @escaping (UInt32) -> VectorLabel
    ) -> [StageReplay] {
        header.stages.map {
            StageReplay($0, eventCount: events.count, id: $0.nodes == .vectors ? id : { VectorLabel($0) })
        }
    }
}
