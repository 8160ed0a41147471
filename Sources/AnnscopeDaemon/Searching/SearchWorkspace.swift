internal import VectorSearch

/// What a search worker keeps from one search to the next, so that a search allocates next to nothing.
final class SearchWorkspace {
    let searcher = Searcher()
    let trace = TraceBuffer()
    let visits = NodeVisits()

    /// Steps whose room is kept, 16 bytes each.
    private static let keptTraceEvents = 1 << 16

    /// Gives back what one giant trace took.
    func tidy() { trace.shrink(to: Self.keptTraceEvents) }
}
