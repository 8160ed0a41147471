internal import Foundation
internal import TOMLText

/// Makes a configuration of flags, environment and file, in this order of weight, over what is built in.
///
/// It reads nothing but what it was given and the files these name, so it can be asked again on SIGHUP.
public struct ConfigurationLoader: Sendable {
    /// By the names of `ConfigurationFlag`.
    private let flags: [String: [String]]
    /// What stands on the command line without a flag; nil where nothing does.
    private let paths: [String]?
    private let environment: [String: String]
    private let toldFile: String?
    private let folder: String

    /// The variable that names the file.
    static let fileVariable = "ANNSCOPE_CONFIG"
    /// Variables of the same family that are none of the daemon's options.
    private static let otherVariables: Set<String> = [fileVariable, "ANNSCOPE_TOKEN"]

    /// - Parameters:
    ///   - file: the configuration's file as `--config` gave it; nil looks at `ANNSCOPE_CONFIG`.
    ///   - folder: where relative paths of flags and variables start; nil is the working folder.
    public init(
        file: String?, flags: [String: [String]] = [:], paths: [String]? = nil, environment: [String: String],
        folder: String? = nil
    ) {
        toldFile = file
        self.flags = flags
        self.paths = paths
        self.environment = environment
        self.folder = folder ?? FileManager.default.currentDirectoryPath
    }

    /// The file that is read; nil where none is named.
    public var file: String? {
        (toldFile ?? environment[Self.fileVariable].flatMap { $0.isEmpty ? nil : $0 }).map { absolute($0, folder) }
    }

    /// - Throws: all that is wrong.
    public func load() throws(ConfigurationError) -> LoadedConfiguration {
        var reading = ConfigurationReading()
        if let file { readFile(file, into: &reading) }
        readEnvironment(into: &reading)
        readFlags(into: &reading)
        reading.configuration.inherited = InheritedSocket.all
        reading.readTokens(credentials: environment["CREDENTIALS_DIRECTORY"])
        reading.checkWhole()
        guard reading.faults.isEmpty else { throw ConfigurationError(faults: reading.faults) }
        return LoadedConfiguration(
            configuration: reading.configuration, origins: reading.origins, warnings: reading.warnings)
    }

    // MARK: Sources

    private func readFile(_ path: String, into reading: inout ConfigurationReading) {
        let document: TOMLDocument
        do {
            document = try TOMLDocument(parsing: try ConfigurationFile.bytes(of: path, max: TOMLDocument.maxBytes))
        } catch let error as TOMLError {
            reading.fault("\(path):\(error.position)", error.message)
            return
        } catch {
            reading.fault(path, "\(error)")
            return
        }
        let tables = Set(ConfigurationOption.tables.keys)
        for header in document.headers where !tables.contains(header.key.joined(separator: ".")) {
            let name = header.key.joined(separator: ".")
            let hint = Suggestion.nearest(to: name, among: tables).map { "; did you mean [\($0)]?" } ?? ""
            reading.fault("\(path):\(header.position)", "there is no table [\(LogText.plain(name, max: 100))]\(hint)")
        }
        for entry in document.entries.flatMap(Self.flattened) {
            let key = entry.key.joined(separator: ".")
            guard let option = ConfigurationOption.named(key) else {
                // An unknown table was told of already.
                if entry.key.count > 1, !tables.contains(entry.key.dropLast().joined(separator: ".")),
                    document.headers.contains(where: { entry.key.starts(with: $0.key) })
                {
                    continue
                }
                reading.fault("\(path):\(entry.keyPosition)", Self.unknown(key))
                continue
            }
            do throws(PlacedComplaint) {
                let value = try option.value(of: entry.item)
                let place = ConfigurationOrigin.file(
                    path: path, line: entry.item.position.line, column: entry.item.position.column)
                reading.set(option, absolute(value, of: option, (path as NSString).deletingLastPathComponent), place)
            } catch {
                reading.fault("\(path):\(error.position)", error.message)
            }
        }
    }

    /// An inline table is a table.
    private static func flattened(_ entry: TOMLEntry) -> [TOMLEntry] {
        guard case .table(let parts) = entry.item.value,
            ConfigurationOption.tables[entry.key.joined(separator: ".")] != nil
        else { return [entry] }
        return parts.map { TOMLEntry(key: entry.key + $0.key, keyPosition: $0.keyPosition, item: $0.item) }
    }

    private static func unknown(_ key: String) -> String {
        let keys = ConfigurationOption.all.map(\.key)
        let last = key.split(separator: ".").last.map(String.init) ?? key
        // The name may be right and the table wrong, or left out.
        let meant =
            keys.first { $0.split(separator: ".").last.map(String.init) == last }
            ?? Suggestion.nearest(to: key, among: keys)
        let hint = meant.map { "; did you mean \($0)?" } ?? ""
        return "there is no option \(LogText.plain(key, max: 100))\(hint)"
    }

    private func readEnvironment(into reading: inout ConfigurationReading) {
        let known = Dictionary(uniqueKeysWithValues: ConfigurationOption.all.map { ($0.variable, $0) })
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("ANNSCOPE_") {
            guard !Self.otherVariables.contains(name) else { continue }
            guard let option = known[name] else {
                let hint = Suggestion.nearest(to: name, among: known.keys).map { "; did you mean \($0)?" } ?? ""
                reading.fault(LogText.plain(name, max: 100), "there is no such option\(hint)")
                continue
            }
            do throws(ConfigurationComplaint) {
                let value = try option.value(ofVariable: text)
                reading.set(option, absolute(value, of: option, folder), .environment(name))
            } catch {
                reading.fault(name, error.message)
            }
        }
    }

    private func readFlags(into reading: inout ConfigurationReading) {
        for option in ConfigurationOption.all {
            let isPaths = option.key == "paths"
            guard let texts = isPaths ? paths : flags[option.flag], !texts.isEmpty else { continue }
            let origin = ConfigurationOrigin.flag(isPaths ? "PATH" : "--\(option.flag)")
            do throws(ConfigurationComplaint) {
                let value = try option.value(ofFlag: texts)
                reading.set(option, absolute(value, of: option, folder), origin)
            } catch {
                reading.fault(origin.place, error.message)
            }
        }
    }

    private func absolute(_ value: ConfigurationValue, of option: ConfigurationOption, _ folder: String)
        -> ConfigurationValue
    {
        switch (option.kind, value) {
        case (.path, .text(let path)): .text(absolute(path, folder))
        case (.paths, .list(let paths)): .list(paths.map { absolute($0, folder) })
        default: value
        }
    }

    private func absolute(_ path: String, _ folder: String) -> String {
        URL(filePath: path, relativeTo: URL(filePath: folder, directoryHint: .isDirectory)).standardizedFileURL.path
    }
}
