internal import Dispatch
internal import Foundation
internal import IndexFiles
internal import IndexWatching
public import Logging
internal import SocketService
internal import Synchronization
internal import VectorSearch
internal import ViewerHub
internal import WireProtocol

/// The running service: watches index files, answers requests, and streams searches and maps to who watches.
///
/// One loop owns all state. What takes long (reading files, searching, laying out maps, reading pictures) runs on
/// worker threads, which report back into the loop's queue.
public final class Daemon: Sendable {
    private let configuration: DaemonConfiguration
    private let log: Logger
    private let destination: LogDestination?
    private let loader: ConfigurationLoader?

    /// - Parameters:
    ///   - destination: where `log` writes, for its level to be changed meanwhile.
    ///   - loader: what made the configuration, to be asked again on SIGHUP; without it that is passed over.
    public init(
        configuration: DaemonConfiguration, log: Logger, destination: LogDestination? = nil,
        loader: ConfigurationLoader? = nil
    ) {
        self.configuration = configuration
        self.log = log
        self.destination = destination
        self.loader = loader
    }

    /// Runs until SIGTERM or SIGINT, reads the configuration again on SIGHUP. A second SIGTERM or SIGINT ends the
    /// process with status 1 at once.
    ///
    /// - Parameter announce: gets the addresses of the page once they listen.
    /// - Throws: `SocketError` when an address can't be had, `DaemonError` when the page's files are not there.
    public func run(announce: @Sendable ([String]) -> Void) async throws {
        guard let web = DataFolders.web(configuration.webFolder), case let page = StaticFiles(root: web), !page.isEmpty
        else {
            throw DaemonError(message: "the page's files were not found; say where they are with --web FOLDER")
        }
        raiseFileLimit()
        let queue = InputQueue<DaemonInput>()
        let server = SocketServer(configuration: socketConfiguration) { queue.yield(.sockets($0)) }
        let listeners = try server.start()
        let watcher = IndexWatcher(paths: configuration.paths)
        watcher.start()
        let reloader = loader.map { loader in ConfigurationReloader(loader) { queue.yield(.reload($0)) } }
        let signals = SignalListener(hangup: { reloader?.request() }, terminate: { queue.yield(.terminate) }).start()
        defer { for source in signals { source.cancel() } }
        let addresses = listeners.map(\.url)
        announce(addresses)
        log.info(
            "listening",
            metadata: ["addresses": "\(addresses.joined(separator: " "))", "paths": "\(configuration.paths)"])
        SystemdNotifier.ready("listening on \(addresses.joined(separator: " "))")

        let tasks = [
            Task { for await event in watcher.events { queue.yield(.watch(event)) } },
            Task { await reloader?.run() },
        ]
        let isDeaf = await serve(page: page, server: server, watcher: watcher, queue: queue)
        for task in tasks { task.cancel() }
        watcher.stop()
        server.stop(code: CloseCode.restart.rawValue)
        server.join()
        if isDeaf { throw DaemonError(message: "the sockets' thread has ended by itself: libwebsockets gave up") }
    }

    /// Runs the loop on a thread of its own until everybody is gone, or out of time to go.
    ///
    /// - Returns: true when the sockets ended by themselves.
    private func serve(
        page: StaticFiles, server: SocketServer, watcher: IndexWatcher, queue: InputQueue<DaemonInput>
    ) async -> Bool {
        await withCheckedContinuation { (ended: CheckedContinuation<Bool, Never>) in
            DetachedThread.start(named: "daemon") { [configuration, log, destination] in
                var state = DaemonState(
                    configuration: configuration, page: page, server: server, watcher: watcher, queue: queue, log: log,
                    logDestination: destination)
                while !state.isOver {
                    for input in queue.next(within: state.timeToNextTick) {
                        state.handle(input)
                        // However much waits: deadlines, signs of life and what is to be sent don't.
                        if state.isTickOverdue { state.tick() }
                        if state.isOver { break }
                    }
                    state.tick()
                }
                ended.resume(returning: state.isDeaf)
            }
        }
    }

    /// A mapped file and a viewer keep a descriptor each; the usual limit of 1024 is for programs that use `select`.
    private func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65536)
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private var socketConfiguration: SocketServerConfiguration {
        var sockets = SocketServerConfiguration()
        sockets.listeners =
            configuration.inherited.isEmpty
            ? configuration.listen : configuration.inherited.map { .inherited(descriptor: $0.descriptor) }
        sockets.reloadable = configuration.socketRules
        sockets.pingSeconds = UInt16(clamping: configuration.connections.ping.components.seconds)
        sockets.maxMessageBytes = configuration.limits.maxMessageBytes
        sockets.maxBodyBytes = configuration.limits.maxMessageBytes
        let log = log
        sockets.reportProblem = { log.warning("libwebsockets", metadata: ["line": "\($0)"]) }
        return sockets
    }
}

/// Why the daemon can't start.
public struct DaemonError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public var description: String { message }
}
