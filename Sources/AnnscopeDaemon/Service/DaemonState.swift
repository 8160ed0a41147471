internal import Glibc
internal import IndexFiles
internal import IndexWatching
internal import Logging
internal import MapLayout
internal import OrderedCollections
internal import SocketService
internal import VectorSearch
internal import ViewerHub
internal import WireProtocol

/// What the daemon knows, changed by one input after the other.
struct DaemonState: ~Copyable {
    var configuration: DaemonConfiguration
    let page: StaticFiles
    let server: SocketServer
    let watcher: IndexWatcher
    let queue: InputQueue<DaemonInput>
    let log: Logger
    /// Where `log` writes; nil where that is not ours to change.
    let logDestination: LogDestination?
    /// The private memory that index files may take.
    let memory: MemoryBudget
    /// Where maps are kept; nil when they are not.
    let maps: MapStore?

    var hub: ViewerHub
    var indexes = IndexCatalogue()
    var history: SearchHistory
    /// Searches that run, by their ids.
    var running: [String: RunningSearch] = [:]
    var searchesSoFar = 0
    var lastTick = Duration.zero
    /// When the loop looks after its mapped files next.
    var nextSecond = Duration.seconds(1)
    /// Finished searches that may be measured.
    var recalls = RecallQueue()
    var isMeasuring = false
    /// Searches that are answered when they are measured, by their ids.
    var unmeasured: [String: UnmeasuredSearch] = [:]
    /// Their number, with those that still run.
    var waitingRecalls = 0
    var followBudget: FollowBudget
    var metrics = DaemonMetrics()
    /// Searches that are told one by one.
    var listBudget: FollowBudget
    /// Those that are not.
    var counted: CountedSearches
    var limiter: RateLimiter
    var pace = SearchPace()
    var ledger: IngestLedger<RunningSearch.Asker>
    /// By their numbers, in the order in which they take turns.
    var batches: OrderedDictionary<Int, SearchBatch> = [:]
    var batchesSoFar = 0
    /// What viewers wait for, by its number.
    var waitingErrands: [Int: Errand] = [:]
    var errandsSoFar = 0
    /// All files of the start are known.
    private(set) var hasCaughtUp = false
    /// And have been read.
    var isReady = false
    /// The sockets' thread has ended without being told to.
    var isDeaf = false
    /// What systemd was told last.
    var toldStatus = ""
    /// When systemd is to get the next sign of life; nil where it does not wait for any.
    var nextWatchdog: Duration?
    /// When the time to say goodbye in is over; nil while nobody told the daemon to end.
    var drainEnds: Duration?

    let searchers: WorkerPool<SearchWorkspace>
    let loaders: WorkerPool<Void>
    let layouts: WorkerPool<Void>
    /// Pictures, projections and top levels of maps: short work that must wait neither for a load nor for a layout.
    let errands: WorkerPool<Void>
    /// Walks through whole graphs and tables.
    let walks: WorkerPool<RouteFinder>
    /// Exact neighbours of finished searches, and what is prepared for them.
    let truths: WorkerPool<Void>
    let preparers: WorkerPool<Void>
    let started = ContinuousClock.now

    /// Waiting work beyond this is refused; for files and maps there is one job each at most.
    private static let maxQueuedJobs = 20_000

    init(
        configuration: DaemonConfiguration, page: StaticFiles, server: SocketServer, watcher: IndexWatcher,
        queue: InputQueue<DaemonInput>, log: Logger, logDestination: LogDestination? = nil
    ) {
        self.configuration = configuration
        self.page = page
        self.server = server
        self.watcher = watcher
        self.queue = queue
        self.log = log
        self.logDestination = logDestination
        memory = MemoryBudget(limit: configuration.memoryLimit ?? MemoryBudget.halfOfMachine)
        maps = configuration.stateFolder.map {
            MapStore(folder: $0, maxBytes: configuration.maxStateBytes, log: log)
        }
        hub = ViewerHub(
            epoch: String(UInt64.random(in: .min ... .max), radix: 36), access: configuration.access.rules,
            limits: configuration.hubLimits, wireLimits: configuration.limits)
        hub.addStream(.indexes, .state)
        history = SearchHistory(
            maxSearches: configuration.keptSearches, maxBytes: configuration.ingest.keptSearchBytes)
        followBudget = FollowBudget(perSecond: configuration.followedPerSecond)
        let ingest = configuration.ingest
        listBudget = FollowBudget(perSecond: ingest.listedPerSecond)
        counted = CountedSearches(every: ingest.countedEvery)
        limiter = RateLimiter(perSecond: ingest.ratePerSecond, burst: ingest.rateBurst)
        ledger = IngestLedger(
            maxEntries: ingest.keptKeys, maxBytes: ingest.keptKeyBytes, keptTime: ingest.keptKeyTime)
        searchers = WorkerPool(
            "search", threads: configuration.searchWorkers, queueLimit: configuration.limits.maxQueuedSearches
        ) { SearchWorkspace() }
        // Two, so that a small file need not wait for a large one to be read.
        loaders = WorkerPool("load", threads: 2, niceness: 5, queueLimit: Self.maxQueuedJobs) {}
        // Two, so that the map of a small index need not wait for that of a large one.
        layouts = WorkerPool("layout", threads: 2, niceness: 10, queueLimit: Self.maxQueuedJobs) {}
        errands = WorkerPool("errand", threads: 1, queueLimit: Self.maxQueuedJobs) {}
        walks = WorkerPool("walk", threads: 1, niceness: 5, queueLimit: Self.maxQueuedJobs) { RouteFinder() }
        truths = WorkerPool("recall", threads: 1, niceness: 15, queueLimit: Self.maxQueuedJobs) {}
        preparers = WorkerPool("prepare", threads: 1, niceness: 15, queueLimit: Self.maxQueuedJobs) {}
        nextWatchdog = watchdogPeriod.map { _ in .zero }
    }

    /// The time between two signs of life that systemd wants.
    let watchdogPeriod = SystemdNotifier.watchdogPeriod { name in getenv(name).map { String(cString: $0) } }

    var uptime: Duration { started.duration(to: .now) }

    mutating func handle(_ input: DaemonInput) {
        switch input {
        case .sockets(let events): for event in events { handle(event) }
        case .watch(.changed(let path)): fileChanged(path)
        case .watch(.removed(let path)): fileRemoved(path)
        case .watch(.caughtUp): hasCaughtUp = true
        case .watch(.polling(let folder, let reason)):
            log.notice(
                "looking for changes from time to time", metadata: ["folder": "\(folder)", "reason": "\(reason)"])
        case .watch(.leftOut(let path, let limit)):
            log.warning("not all is followed", metadata: ["path": "\(path)", "limit": "\(limit)"])
        case .loading(let path, .opened(let index)): opened(path, index)
        case .loading(let path, .settling(let done, let total)): settling(path, done, total)
        case .loaded(let path, let result): loaded(path, result)
        case .layout(let job, let report): layout(job, report)
        case .quality(let job, let quality): mapMeasured(job, quality)
        case .search(let id, let report): searched(id, report)
        case .recall(let job, let recall): measured(job, recall)
        case .answered(let number, let question, let result): answered(number, question, result)
        case .reload(let result): reconfigure(result)
        case .terminate: beginDraining()
        }
    }

    /// Does what is due, and hands out what is to be sent: after all that waited was handled.
    mutating func tick() {
        let now = uptime
        lastTick = now
        stopOverdueSearches(now)
        tellCounted(at: now)
        if nextSecond <= now {
            nextSecond = now + .seconds(1)
            dropTornRevisions()
            tellStatus()
        }
        if let due = nextWatchdog, due <= now { answerWatchdog(at: now) }
        for output in hub.tick(at: now) {
            switch output {
            case .send(let message, let viewers):
                server.send(SharedFrame(message), to: viewers.map { ConnectionID(raw: $0.raw) })
            case .close(let viewer, let code, let reason):
                server.close(ConnectionID(raw: viewer.raw), code: code.rawValue, reason: reason)
            }
        }
    }

    /// So long after the last tick that those who wait would notice.
    var isTickOverdue: Bool { uptime - lastTick > .milliseconds(20) }

    /// How long the loop may sleep if nothing comes in.
    var timeToNextTick: Duration {
        let deadlines = running.values.lazy.filter { $0.stop == nil }.map(\.deadline)
        let next = [nextSecond, deadlines.min(), hub.nextTick, counted.nextDue, nextWatchdog, drainEnds]
            .compactMap(\.self).min()
        return max(.zero, (next ?? nextSecond) - uptime)
    }

    private mutating func handle(_ event: SocketEvent) {
        switch event {
        case .opened(let connection, let peer):
            hub.opened(ViewerID(connection.raw), peer: peer.network, at: uptime)
        case .closed(let connection): viewerClosed(ViewerID(connection.raw))
        case .sent(let all):
            for sent in all { hub.sent(ViewerID(sent.connection.raw), bytes: sent.bytes) }
        case .message(let connection, let text):
            if let question = hub.received(ViewerID(connection.raw), text, at: uptime) { ask(question) }
        case .request(let id, let request): serve(id, request)
        case .abandoned(let id): requestAbandoned(id)
        case .held(let connection): server.readOn(connection)
        // Binary messages are not accepted.
        case .binary: break
        case .stopped: isDeaf = true
        }
    }
}
