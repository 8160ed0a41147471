import ArgumentParser

@main
struct Annscope: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "annscope")
}
