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
        let (inputs, queue) = AsyncStream<DaemonInput>.makeStream()
        let server = SocketServer(configuration: socketConfiguration)
        let ports = try server.start()
        let watcher = IndexWatcher(paths: configuration.paths)
        watcher.start()
        let reloader = loader.map { loader in ConfigurationReloader(loader) { queue.yield(.reload($0)) } }
        let signals = SignalListener(hangup: { reloader?.request() }, terminate: { queue.yield(.terminate) }).start()
        defer { for source in signals { source.cancel() } }
        let addresses = zip(configuration.listen, ports).map { Self.url(of: $0, port: $1) }
        announce(addresses)
        log.info(
            "listening",
            metadata: ["addresses": "\(addresses.joined(separator: " "))", "paths": "\(configuration.paths)"])
        SystemdNotifier.ready("listening on \(addresses.joined(separator: " "))")

        let forwarder = Task { for await event in server.events { queue.yield(.socket(event)) } }
        let tasks: [Task<Void, Never>] = [
            Task { for await event in watcher.events { queue.yield(.watch(event)) } },
            Task { await Self.repeating(every: .seconds(1)) { queue.yield(.second) } },
            Task { await reloader?.run() },
            Task {
                let environment = ProcessInfo.processInfo.environment
                guard let period = SystemdNotifier.watchdogPeriod({ environment[$0] }) else { return }
                await Self.repeating(every: period) { queue.yield(.watchdog) }
            },
        ]
        var state = DaemonState(
            configuration: configuration, page: page, server: server, watcher: watcher, queue: queue, log: log,
            logDestination: destination)
        var deadline: Task<Void, any Error>?
        for await input in inputs {
            if case .drained = input { break }
            state.handle(input)
            guard state.isDraining else { continue }
            if state.isDrained { break }
            deadline =
                deadline
                ?? Task { [drain = state.configuration.drain] in
                    try await Task.sleep(for: drain)
                    queue.yield(.drained)
                }
        }
        deadline?.cancel()
        for task in tasks { task.cancel() }
        watcher.stop()
        server.stop(code: CloseCode.restart.rawValue)
        await forwarder.value
    }

    private static func repeating(every period: Duration, _ action: @Sendable () -> Void) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: period)
            action()
        }
    }

    private static func url(of address: ListenAddress, port: UInt16) -> String {
        guard case .tcp(let host, _) = address else { return address.description }
        return "http://\(ListenAddress.tcp(host: host == "localhost" ? "127.0.0.1" : host, port: port))/"
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
        sockets.listeners = configuration.listen.compactMap { address in
            guard case .tcp(let host, let port) = address else { return nil }
            return .init(host: host == "localhost" ? "127.0.0.1" : host, port: port)
        }
        sockets.allowedHosts = Set(configuration.access.hosts)
        sockets.maxConnections = configuration.connections.max
        sockets.pingSeconds = UInt16(clamping: configuration.connections.ping.milliseconds / 1000)
        sockets.maxMessageBytes = configuration.limits.maxMessageBytes
        sockets.maxBodyBytes = configuration.limits.maxMessageBytes
        return sockets
    }
}

/// Why the daemon can't start.
public struct DaemonError: Error, Sendable, CustomStringConvertible {
    public let message: String
    public var description: String { message }
}
