import AnnscopeDaemon
public import ArgumentParser
import Foundation
public import Logging
import SocketService
import WireProtocol

/// Where the daemon listens, and how it talks.
struct ServiceOptions: ParsableArguments {
    @Option(help: "HOST:PORT to listen on; may be given several times. Port 0 takes a free one.")
    var listen: [String] = ["127.0.0.1:7700"]

    @Option(help: "The folder of the page, instead of the installed one.")
    var web: String?

    @Option(
        name: .customLong("memory-limit"),
        help:
            "Private memory for index files, such as 8G or 500M; larger ones stay mapped. Half of the machine's if left out."
    )
    var memoryLimit: ByteCount?

    @Option(
        name: .customLong("search-workers"),
        help: ArgumentHelp(
            "Threads that search. All but one of the processors, and at least two, if left out.", valueName: "N"))
    var searchWorkers: Int?

    @Option(
        name: .customLong("search-queue"),
        help: ArgumentHelp("Searches that may wait for a worker; one more is refused.", valueName: "N"))
    var searchQueue: Int = WireLimits().maxQueuedSearches

    @Option(
        name: .customLong("search-deadline"),
        help: ArgumentHelp(
            "A search ends after so many milliseconds, with what was found by then, where its request does not say otherwise.",
            valueName: "ms"))
    var searchDeadline: Int = WireLimits().deadlineMilliseconds

    @Option(
        name: .customLong("full-map-nodes"),
        help: ArgumentHelp(
            "Vectors up to which a map is sent whole; of a larger one viewers get what they look at.", valueName: "N"))
    var fullMapNodes: Int = WireLimits().fullMapNodes

    @Option(
        name: .customLong("state-dir"),
        help: ArgumentHelp(
            "The folder that keeps maps from one start to the next; else $STATE_DIRECTORY, $XDG_STATE_HOME/annscope or ~/.local/state/annscope.",
            valueName: "folder"))
    var stateFolder: String?

    @Flag(name: .customLong("no-state"), help: "Keep no maps.")
    var keepsNoState = false

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.notice

    func validate() throws {
        if let searchWorkers, !(1...1024).contains(searchWorkers) {
            throw ValidationError("--search-workers \(searchWorkers): it can be 1 to 1024")
        }
        guard stateFolder == nil || !keepsNoState else {
            throw ValidationError("--state-dir and --no-state: one of them at the most")
        }
        guard stateFolder?.isEmpty != true else {
            throw ValidationError("--state-dir: it must be the path of a folder")
        }
        guard (1...100_000).contains(searchQueue) else {
            throw ValidationError("--search-queue \(searchQueue): it can be 1 to 100000")
        }
        guard (1...WireLimits().maxDeadlineMilliseconds).contains(searchDeadline) else {
            throw ValidationError(
                "--search-deadline \(searchDeadline): it can be 1 to \(WireLimits().maxDeadlineMilliseconds)")
        }
        guard (1...10_000_000).contains(fullMapNodes) else {
            throw ValidationError("--full-map-nodes \(fullMapNodes): it can be 1 to 10000000")
        }
    }

    func listeners() throws -> [SocketServerConfiguration.Listener] {
        try listen.map { text in
            let listener: SocketServerConfiguration.Listener
            do {
                listener = try SocketServerConfiguration.Listener(parsing: text)
            } catch {
                throw ValidationError("--listen \(error)")
            }
            // There are no accounts yet: whoever reaches the port may push.
            guard listener.isLocalOnly else {
                throw ValidationError(
                    "--listen \(text): only addresses of this machine (127.0.0.1) are taken, as anyone who can reach the port may push searches; put a proxy in front for others"
                )
            }
            return listener
        }
    }

    /// Runs the daemon over these paths until it is told to stop.
    func serve(_ paths: [String]) async throws {
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        var log = Logger(label: "annscope")
        log.logLevel = logLevel
        var configuration = DaemonConfiguration(paths: paths, listeners: try listeners(), webFolder: web)
        configuration.memoryLimit = memoryLimit?.bytes
        if !keepsNoState {
            configuration.stateFolder =
                stateFolder.map { URL(filePath: $0).standardizedFileURL.path }
                ?? DataFolders.state(ProcessInfo.processInfo.environment)
        }
        if let searchWorkers { configuration.searchWorkers = searchWorkers }
        configuration.limits.maxQueuedSearches = searchQueue
        configuration.limits.deadlineMilliseconds = searchDeadline
        configuration.limits.fullMapNodes = fullMapNodes
        do {
            try await Daemon(configuration: configuration, log: log).run { addresses in
                // Not by `print`: whoever started the daemon through a pipe waits for this line.
                for address in addresses {
                    FileHandle.standardOutput.write(Data("annscope: listening on \(address)\n".utf8))
                }
            }
        } catch let error as SocketError {
            throw CleanExit.failure(error.description)
        } catch let error as DaemonError {
            throw CleanExit.failure(error.description)
        }
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
