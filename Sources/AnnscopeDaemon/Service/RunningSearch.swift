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
    let ticket: WorkerPool<SearchWorkspace>.Ticket
    let asker: Asker
    /// See `SearchRequest.exact`.
    let exact: Bool?
    /// Since the daemon's start.
    let deadline: Duration
    /// Why it was told to stop.
    var stop: SearchFinished.Stop?
}
