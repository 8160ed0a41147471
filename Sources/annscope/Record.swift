import AnnscopeDaemon
import ArgumentParser
import Foundation

struct Record: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write what a running daemon streams into a file, to be replayed later.",
        discussion: """
            Records maps, searches and their steps until it is interrupted. When the file is full it goes on in a new one; older ones have .1, .2 … \
            behind their names, and the oldest goes. Each file can be replayed by itself.
            """)

    @OptionGroup var daemon: ServerOptions

    @Option(
        name: .customLong("index"),
        help: ArgumentHelp("Only this index; may be given several times.", valueName: "name"))
    var indexes: [String] = []

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write; must not exist.", valueName: "file"))
    var output = "annscope.jsonl"

    @Option(name: .customLong("max-bytes"), help: ArgumentHelp("Size of a file, such as 100M.", valueName: "size"))
    var maxBytes = ByteCount(bytes: 100 << 20)

    @Option(help: ArgumentHelp("How many files are kept; with --max-bytes the limit of all.", valueName: "N"))
    var files = 5

    @Flag(help: "Record the pictures of queries and results as well, of 1 MiB each at most.")
    var pictures = false

    func validate() throws {
        guard maxBytes.bytes >= 64 << 10 else { throw ValidationError("--max-bytes: it must be 64K or more") }
        guard (1...1000).contains(files) else { throw ValidationError("--files \(files): it can be 1 to 1000") }
    }

    func run() async throws {
        let plan = Recorder.Plan(
            server: try daemon.socket(), token: try daemon.token(), indexes: indexes, output: output,
            maxFileBytes: maxBytes.bytes, maxFiles: files, hasPictures: pictures)
        let task = Task { () -> String in
            let recorder = try Recorder(plan) { note in
                FileHandle.standardError.write(Data("annscope: \(note)\n".utf8))
            }
            FileHandle.standardError.write(Data("annscope: recording \(daemon.server) into \(plan.output)\n".utf8))
            try await recorder.run()
            return "\(recorder.events) events of \(recorder.searches) searches, \(recorder.bytes) bytes"
        }
        let signals = Interrupts.watch { task.cancel() }
        defer { for source in signals { source.cancel() } }
        do {
            print("annscope: recorded \(try await task.value)")
        } catch let error as RecordingError {
            throw CleanExit.failure(error.message)
        } catch let error as DaemonConnectionError {
            throw CleanExit.failure(error.message)
        }
    }
}
