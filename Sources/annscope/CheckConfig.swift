import AnnscopeDaemon
import ArgumentParser
import SocketService

struct CheckConfig: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-config",
        abstract: "Say whether the daemon could start with this configuration, and all that is wrong with it."
    )

    @Argument(help: "Index files and folders, as for `annscope serve`.")
    var paths: [String] = []

    @OptionGroup var service: ServiceOptions

    func run() throws {
        let loader = service.loader(paths.isEmpty ? nil : paths)
        do {
            let loaded = try loader.load()
            for warning in loaded.warnings { print("warning: \(warning)") }
            if loaded.configuration.paths.isEmpty {
                print("warning: there are no paths yet; `annscope serve` takes at least one")
            }
            var rules = SocketServerConfiguration.Reloadable()
            if let certificate = loaded.configuration.tls.certificate, let key = loaded.configuration.tls.key {
                rules.tls = .init(certificate: certificate, key: key)
            }
            try rules.check()
        } catch let error as ConfigurationError {
            throw CleanExit.failure(error)
        } catch let error as SocketError {
            throw CleanExit.failure(error.message)
        }
        print("\(loader.file ?? "the configuration") is sound")
    }
}
