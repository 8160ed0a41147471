internal import IndexFiles
internal import IndexWatching
internal import MapLayout
internal import SocketService
internal import ViewerHub
internal import WireProtocol

/// Everything that the daemon's loop hears of, in one queue: so its state needs no lock.
enum DaemonInput: Sendable {
    case sockets([SocketEvent])
    case watch(WatchEvent)
    /// A file is ready to be searched, or is being read to its end.
    case loading(path: String, IndexLoader.Report)
    case loaded(path: String, Result<LoadedIndex, IndexFileError>)
    case layout(LayoutJob, LayoutJob.Report)
    /// A map was measured; nil when it can't be.
    case quality(QualityJob, MapQuality?)
    case search(id: String, SearchJob.Report)
    case recall(RecallJob, SearchRecall)
    /// A worker has the answer to a request; the errand's number comes first.
    case answered(Int, Question, Result<Reply, RPCError>)
    /// SIGHUP: the configuration was read again.
    case reload(Result<LoadedConfiguration, ConfigurationError>)
    /// SIGTERM or SIGINT.
    case terminate
}
