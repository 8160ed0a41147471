internal import SocketService
internal import VectorSearch
internal import ViewerHub
internal import WireProtocol

/// A search that a worker has, or will have.
struct RunningSearch {
    /// Who waits for the result.
    enum Asker {
        case viewer(Question)
        case http(HTTPRequestID)
        /// The search at a place of a batch.
        case batch(Int, place: Int)
        /// All who sent this key: the search goes on when they are gone, as they may come back for it.
        case keyed(IngestLedger<Asker>.Entry)

        func isViewer(_ id: ViewerID) -> Bool {
            if case .viewer(let question) = self { question.viewer == id } else { false }
        }

        func isRequest(_ id: HTTPRequestID) -> Bool {
            if case .http(let request) = self { request == id } else { false }
        }
    }

    /// Told to viewers once the filter is made, if there is one.
    var started: SearchStarted
    let job: SearchJob
    /// It is told one by one, not only counted.
    let isListed: Bool
    let ticket: WorkerPool<SearchWorkspace>.Ticket
    let asker: Asker
    /// See `SearchRequest.exact`.
    let exact: Bool?
    /// Since the daemon's start.
    let deadline: Duration
    /// When it was asked for, since the daemon's start.
    let askedAt: Duration
    /// Steps of it were handed on.
    var hasSteps = false
    /// Why it was told to stop.
    var stop: SearchFinished.Stop?

    /// The number in a search's name: 17 of `s17`.
    static func number(of id: String) -> Int { Int(id.dropFirst()) ?? 0 }
}
