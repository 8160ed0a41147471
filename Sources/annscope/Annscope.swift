import ArgumentParser

@main
struct Annscope: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "annscope",
        abstract: "Makes approximate nearest-neighbour search visible.",
        version: "0.1.0-dev",
        subcommands: [Inspect.self, Search.self])
}
