import AnnscopeDaemon
import ArgumentParser

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the built-in demo: 1000 pictures in six indexes.")

    @OptionGroup var service: ServiceOptions

    func run() async throws {
        guard let folder = DataFolders.demo else {
            throw CleanExit.failure("the demo's files were not found beside the program; `annscope serve` needs none")
        }
        try await service.serve([folder])
    }
}
