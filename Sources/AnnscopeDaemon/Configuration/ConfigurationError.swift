internal import TOMLText

/// All that is wrong with a configuration, not only the first.
public struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    public struct Fault: Sendable, Equatable, CustomStringConvertible {
        /// `FILE:LINE:COLUMN`, `--flag` or the name of a variable; empty where there is no single place.
        public let place: String
        public let message: String

        public var description: String { place.isEmpty ? message : "\(place): \(message)" }
    }

    public let faults: [Fault]
    /// One line each; a message that has several goes on indented.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// Where the value of an option comes from.
enum ConfigurationOrigin: Sendable, Equatable, CustomStringConvertible {
    case builtIn
    case file(path: String, line: Int, column: Int)
    case environment(String)
    case flag(String)

    /// For `show-config`.
    var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let path, let line, _): "\(path):\(line)"
        case .environment(let name): "env \(name)"
        case .flag(let name): name.hasPrefix("-") ? "flag \(name)" : "argument"
        }
    }

    /// For a message.
    var place: String {
        switch self {
        case .builtIn: ""
        case .file(let path, let line, let column): "\(path):\(line):\(column)"
        case .environment(let name), .flag(let name): name
        }
    }
}
