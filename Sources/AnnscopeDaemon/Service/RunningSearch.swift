internal import SocketService
internal import ViewerHub
internal import WireProtocol

/// A search that a worker has.
struct RunningSearch {
    /// Who waits for the result.
    enum Asker {
        case viewer(Question)
        case http(HTTPRequestID)
    }

    /// Told to viewers once the filter is made, if there is one.
    var started: SearchStarted
    let index: ServedIndex
    let query: [Float]
    let asker: Asker
}
