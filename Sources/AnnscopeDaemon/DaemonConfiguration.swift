internal import Foundation
public import SocketService
public import WireProtocol

/// What the daemon is told at start.
public struct DaemonConfiguration: Sendable {
    /// Index files and folders of them.
    public var paths: [String]
    public var listeners: [SocketServerConfiguration.Listener]
    /// Names beside localhost that a request may be addressed to.
    public var allowedHosts: Set<String> = []
    /// The folder of the page; nil looks beside the installation, then beside the sources.
    public var webFolder: String?
    public var limits = WireLimits()
    /// How much may be asked, and what is told of it.
    public var ingest = IngestLimits()
    /// Searches whose traces are kept for `search.trace`, of those that are told one by one; as many of the others.
    public var keptSearches = 500
    /// Searches on each index whose steps are streamed to everyone, in a second; others only on demand.
    public var followedPerSecond = 6
    /// Threads that search. All but one of the processors, which is left to the rest of the daemon, and at least two, so
    /// that one long search does not hold up all others.
    public var searchWorkers = max(2, ProcessInfo.processInfo.activeProcessorCount - 1)
    /// Largest index file, in bytes.
    public var maxFileBytes = 64 << 30
    /// Files up to this size are read and checked before they are announced; larger ones are searched meanwhile.
    public var directFileBytes = 64 << 20
    /// Private memory that index files may take, in bytes; what does not fit stays mapped. nil: half of the machine's.
    public var memoryLimit: Int?
    /// The folder that keeps maps from one start to the next; nil keeps none.
    public var stateFolder: String?
    /// All that is kept there, in bytes; what was used least lately goes first.
    public var maxStateBytes = 1 << 30

    public init(
        paths: [String], listeners: [SocketServerConfiguration.Listener] = [.tcp(host: "127.0.0.1", port: 7700)],
        webFolder: String? = nil
    ) {
        self.paths = paths
        self.listeners = listeners
        self.webFolder = webFolder
    }
}
