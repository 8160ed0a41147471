import AnnscopeDaemon
import ArgumentParser

@main
struct Annscope: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "annscope",
        abstract: "Makes approximate nearest-neighbour search visible.",
        version: AnnscopeVersion.current,
        subcommands: [
            Serve.self, Demo.self, Push.self, Watch.self, Record.self, ReplayCommand.self, Search.self, Inspect.self,
            CheckConfig.self, ShowConfig.self, DefaultConfig.self, MakeToken.self,
        ])
}
