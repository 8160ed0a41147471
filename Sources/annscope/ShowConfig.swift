import AnnscopeDaemon
import ArgumentParser

struct ShowConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show-config", abstract: "Print every option with its value and where that comes from.")

    @Argument(help: "Index files and folders, as for `annscope serve`.")
    var paths: [String] = []

    @OptionGroup var service: ServiceOptions

    func run() throws {
        do {
            for line in try service.loader(paths.isEmpty ? nil : paths).load().lines { print(line) }
        } catch {
            throw CleanExit.failure(error)
        }
    }
}
