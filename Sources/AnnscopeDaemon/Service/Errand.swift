internal import IndexFiles
internal import VectorSearch
internal import ViewerHub

/// Work that a worker does for one viewer, who waits for the answer.
struct Errand {
    /// Where it waits for a thread.
    enum Ticket {
        case errand(WorkerPool<Void>.Ticket)
        case walk(WorkerPool<RouteFinder>.Ticket)
    }

    let viewer: ViewerID
    let ticket: Ticket
    let cancellation: Cancellation

    var isWalk: Bool { if case .walk = ticket { true } else { false } }
}
