import AnnscopeDaemon
import ArgumentParser
import Foundation
import WireProtocol

struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the searches on an index of a running daemon as they come, a line each.")

    @Argument(help: "The index.")
    var index: String

    @OptionGroup var daemon: ServerOptions

    @Flag(help: "Print the way of each search whose steps are streamed: layers, hops, cells.")
    var steps = false

    @Flag(help: "Print each event as one JSON object a line.")
    var json = false

    @Option(help: ArgumentHelp("End after so many searches.", valueName: "N"))
    var count: Int?

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count \(count): it must be 1 or more") }
    }

    func run() async throws {
        // A closed pipe is seen by a write that fails, and ends the program quietly.
        signal(SIGPIPE, SIG_IGN)
        let socket = try daemon.socket()
        let token = try daemon.token()
        let task = Task { [self] in
            var follower = StreamFollower(
                client: "annscope-watch", version: AnnscopeVersion.current, token: token,
                columns: json ? .arrays : .base64)
            follower.follow(stream)
            // Tells when an index is there again after the daemon was started anew.
            follower.follow(StreamName.indexes.text)
            var wasThere = false
            var lines = SearchLines(showsSteps: steps, hasColours: isatty(STDOUT_FILENO) == 1 && !json)
            try await DaemonConnection(socket).follow(&follower) { event, follower in
                try take(event, &follower, &wasThere, &lines)
            }
        }
        let signals = Interrupts.watch { task.cancel() }
        defer { for source in signals { source.cancel() } }
        do { try await task.value } catch let error as DaemonConnectionError {
            throw CleanExit.failure(error.message)
        }
    }

    /// - Returns: false when it is enough.
    private func take(
        _ event: DaemonConnection.Event, _ follower: inout StreamFollower, _ wasThere: inout Bool,
        _ lines: inout SearchLines
    ) throws -> Bool {
        switch event {
        case .lost(let reason, _): say("the connection is lost (\(reason)); trying again")
        case .notice(.restarted(stream, let reason)): say("some searches may be missing: \(reason)")
        case .notice(.gap(stream, let from, let to, let reason)): say("\(to - from) events are missing: \(reason)")
        // Of the list of indexes all that there are come again.
        case .notice(.restarted), .notice(.gap): break
        case .notice(.answered), .fetched, .woken: break
        case .notice(.refused(_, let error)):
            guard wasThere else { throw DaemonConnectionError(message: error.message) }
            say("\(error.message); waiting for it")
        case .notice(.welcomed(let hello)):
            guard case .array(let summaries)? = hello["indexes"] else { break }
            wasThere = wasThere || summaries.contains { $0["name"] == .string(index) }
        case .notice(.events(let batch, _)):
            guard batch.stream == stream else {
                if batch.events.contains(where: { $0["index"]?["name"] == .string(index) }) { follower.follow(stream) }
                break
            }
            for event in batch.events {
                let text = lines.apply(event)
                for line in json ? [String(decoding: event.encoded(), as: UTF8.self)] : text {
                    guard printed(line) else { return false }
                }
                if let count, lines.ended >= count { return false }
            }
        }
        return true
    }

    private var stream: String { StreamName.searches(index: index).text }

    private func say(_ words: String) { FileHandle.standardError.write(Data("annscope: \(words)\n".utf8)) }

    /// - Returns: false when nobody reads any more.
    private func printed(_ line: String) -> Bool {
        let bytes = Array((line + "\n").utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(STDOUT_FILENO, $0.baseAddress.map { $0 + done }, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }
}
