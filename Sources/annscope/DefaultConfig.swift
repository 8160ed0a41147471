import AnnscopeDaemon
import ArgumentParser

struct DefaultConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "default-config", abstract: "Print a configuration file with every option at its default.")

    @Flag(help: "Print a table in Markdown instead.")
    var table = false

    func run() {
        for line in table ? ConfigurationText.table : ConfigurationText.defaults { print(line) }
    }
}
