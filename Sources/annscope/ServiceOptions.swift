import AnnscopeDaemon
import ArgumentParser
import Foundation
import Logging
import SocketService

/// The daemon's options as flags. They are made from `ConfigurationFlag.all`, so that no option is declared twice:
/// ArgumentParser asks a type's mirror for what it has, and its decoder for the values.
struct ServiceOptions: ParsableArguments, CustomReflectable {
    /// What was given, by the flag's name.
    private var values: [String: [String]] = [:]
    private var file: String?

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static let configurationFile = "config"

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        file = try container.decode(Option<String?>.self, forKey: Name(Self.configurationFile)).wrappedValue
        for flag in ConfigurationFlag.all {
            let name = Name(flag.name)
            switch flag.shape {
            case .single:
                values[flag.name] = try container.decode(Option<String?>.self, forKey: name).wrappedValue.map { [$0] }
            case .repeated: values[flag.name] = try container.decode(Option<[String]>.self, forKey: name).wrappedValue
            case .plain(let value):
                if try container.decode(Flag<Bool>.self, forKey: name).wrappedValue { values[flag.name] = [value] }
            }
        }
    }

    var customMirror: Mirror {
        let file = Option<String?>(
            name: .customLong(Self.configurationFile),
            help: ArgumentHelp("The configuration file; else $ANNSCOPE_CONFIG, else none.", valueName: "file"),
            completion: .file(extensions: ["toml"]))
        let children = ConfigurationFlag.all.map { flag -> (label: String?, value: Any) in
            let name = NameSpecification.customLong(flag.name)
            switch flag.shape {
            case .single(let valueName):
                return (
                    flag.name, Option<String?>(name: name, help: ArgumentHelp("\(flag.help)", valueName: valueName))
                )
            case .repeated(let valueName):
                return (
                    flag.name,
                    Option<[String]>(
                        wrappedValue: [], name: name,
                        help: ArgumentHelp("\(flag.help) May be given several times.", valueName: valueName))
                )
            case .plain:
                return (flag.name, Flag<Bool>(wrappedValue: false, name: name, help: ArgumentHelp("\(flag.help)")))
            }
        }
        return Mirror(self, children: [(Self.configurationFile, file)] + children)
    }

    /// - Parameter paths: what stands on the command line without a flag; nil where nothing does.
    func loader(_ paths: [String]?) -> ConfigurationLoader {
        ConfigurationLoader(file: file, flags: values, paths: paths, environment: ProcessInfo.processInfo.environment)
    }

    /// Runs the daemon until it is told to stop.
    func serve(_ paths: [String]?) async throws {
        let loader = loader(paths)
        let loaded: LoadedConfiguration
        do { loaded = try loader.load() } catch { throw CleanExit.failure(error) }
        let configuration = loaded.configuration
        guard !configuration.paths.isEmpty else {
            throw CleanExit.failure(
                "there is nothing to watch: name index files or folders behind `annscope serve`, in ANNSCOPE_PATHS or as `paths` in the configuration file"
            )
        }
        let destination = LogDestination(configuration.log)
        LoggingSystem.bootstrap { destination.handler(label: $0) }
        let log = Logger(label: "annscope")
        for warning in loaded.warnings { log.warning("\(warning)") }
        do {
            try await Daemon(configuration: configuration, log: log, destination: destination, loader: loader).run {
                addresses in
                // Not by `print`: whoever started the daemon through a pipe waits for this line.
                for address in addresses {
                    FileHandle.standardOutput.write(Data("annscope: listening on \(address)\n".utf8))
                }
            }
        } catch let error as SocketError {
            throw CleanExit.failure(error.description)
        } catch let error as DaemonError {
            throw CleanExit.failure(error.description)
        }
    }
}

extension CleanExit {
    /// All faults, a line each, so that an editor can go to their places.
    ///
    /// The status is that of sysexits.h for a wrong configuration, which systemd is told not to try again with.
    static func failure(_ error: ConfigurationError) -> ExitCode {
        _ = failure("this configuration can't be used:\n\(error)")
        return ExitCode(78)
    }
}
