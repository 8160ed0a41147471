import AnnscopeDaemon
import ArgumentParser

struct MakeToken: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make-token", abstract: "Print a line with a new secret for the file of tokens.")

    @Argument(help: "viewer or publisher.")
    var role: String

    @Argument(help: "Who has it; for the log.")
    var name: String

    func run() throws {
        guard let line = TokenMaker.line(role: role, name: name) else {
            throw ValidationError(
                "a role is viewer or publisher, and a name has 1 to 64 letters, digits and the signs . _ - @")
        }
        print(line)
    }
}
