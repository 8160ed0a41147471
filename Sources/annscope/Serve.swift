import ArgumentParser

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Watch index files and stream every search on them to browsers.",
        discussion:
            "Every option can also stand in a TOML file (`annscope default-config` prints one) or in an environment variable; flags weigh more than variables, and these more than the file. `annscope show-config` says what holds."
    )

    @Argument(help: "Index files, and folders of them; else those of ANNSCOPE_PATHS or of the configuration file.")
    var paths: [String] = []

    @OptionGroup var service: ServiceOptions

    func run() async throws {
        try await service.serve(paths.isEmpty ? nil : paths)
    }
}
