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

    public init(configuration: DaemonConfiguration, log: Logger) {
        self.configuration = configuration
        self.log = log
    }

    /// Runs until SIGTERM or SIGINT.
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
        let addresses = listeners.map(\.url)
        announce(addresses)
        log.info(
            "listening",
            metadata: ["addresses": "\(addresses.joined(separator: " "))", "paths": "\(configuration.paths)"])
        SystemdNotifier.notify("READY=1\nSTATUS=listening on \(addresses.joined(separator: " "))")

        let signals = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler { queue.yield(.terminate) }
            source.resume()
            return source
        }
        defer { for source in signals { source.cancel() } }

        let forwarder = Task { for await event in watcher.events { queue.yield(.watch(event)) } }
        defer { forwarder.cancel() }
        await serve(page: page, server: server, watcher: watcher, queue: queue)
        SystemdNotifier.notify("STOPPING=1\nSTATUS=saying goodbye")
        log.info("stopping")
        watcher.stop()
        server.stop(code: CloseCode.restart.rawValue)
        server.join()
    }

    /// Runs the loop on a thread of its own until it is told to end.
    private func serve(
        page: StaticFiles, server: SocketServer, watcher: IndexWatcher, queue: InputQueue<DaemonInput>
    ) async {
        await withCheckedContinuation { ended in
            DetachedThread.start(named: "daemon") { [configuration, log] in
                var state = DaemonState(
                    configuration: configuration, page: page, server: server, watcher: watcher, queue: queue, log: log)
                var isOver = false
                while !isOver {
                    for input in queue.next(within: state.timeToNextTick) {
                        if case .terminate = input { isOver = true }
                        state.handle(input)
                    }
                    state.tick()
                }
                ended.resume()
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
        sockets.listeners = configuration.listeners
        sockets.reloadable.allowedHosts = configuration.allowedHosts
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
