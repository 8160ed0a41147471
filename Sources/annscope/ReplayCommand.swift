import AnnscopeDaemon
import ArgumentParser
import Foundation
import SocketService

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Show a recording in the page as if it were live.",
        discussion: "The recording begins when somebody looks at it.")

    @Argument(help: "The files of a recording, in any order.")
    var files: [String]

    @Option(help: ArgumentHelp("2 is twice as fast as it was.", valueName: "factor"))
    var speed = 1.0

    @Flag(help: "Begin again when it is over.")
    var loop = false

    @Option(help: "ADDRESS:PORT or unix:/PATH to listen on; may be given several times. Port 0 takes a free one.")
    var listen: [String] = ["127.0.0.1:7700"]

    @Option(help: "The folder of the page, instead of the installed one.")
    var web: String?

    func validate() throws {
        guard speed.isFinite, (0.01...1000).contains(speed) else {
            throw ValidationError("--speed \(speed): it can be 0.01 to 1000")
        }
    }

    private func listeners() throws -> [SocketServerConfiguration.Listener] {
        try listen.map { text in
            let listener: SocketServerConfiguration.Listener
            do { listener = try .init(parsing: text) } catch { throw ValidationError("--listen \(error)") }
            guard listener.isLocalOnly else {
                throw ValidationError(
                    "--listen \(text): a recording is shown on addresses of this machine (127.0.0.1) alone; put a proxy in front for others"
                )
            }
            return listener
        }
    }

    func run() async throws {
        let service = ReplayService(
            .init(files: files, speed: speed, isLooping: loop, listeners: try listeners(), webFolder: web))
        let signals = Interrupts.watch { service.stop() }
        defer { for source in signals { source.cancel() } }
        do {
            try await service.run(
                announce: { addresses in
                    // Not by `print`: whoever started it through a pipe waits for this line.
                    for address in addresses {
                        FileHandle.standardOutput.write(Data("annscope: listening on \(address)\n".utf8))
                    }
                },
                note: { FileHandle.standardError.write(Data("annscope: \($0)\n".utf8)) })
        } catch let error as RecordingError {
            throw CleanExit.failure(error.message)
        } catch let error as SocketError {
            throw CleanExit.failure(error.description)
        } catch let error as DaemonError {
            throw CleanExit.failure(error.description)
        }
    }
}
