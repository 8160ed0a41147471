/// What the command line offers of an option.
public struct ConfigurationFlag: Sendable {
    /// How it is given.
    public enum Shape: Sendable {
        /// Once, with a value.
        case single(valueName: String)
        /// Several times, with a value each.
        case repeated(valueName: String)
        /// Without a value; it stands for this one.
        case plain(value: String)
    }

    /// Without the dashes.
    public let name: String
    public let shape: Shape
    public let help: String

    /// One for each option but the paths, which are arguments.
    public static let all: [ConfigurationFlag] = ConfigurationOption.all.filter { $0.key != "paths" }.map { option in
        let shape: Shape =
            switch option.kind {
            case .boolean: .plain(value: option.defaultValue == .boolean(true) ? "false" : "true")
            case .list(let valueName, _): .repeated(valueName: valueName)
            case .paths: .repeated(valueName: "path")
            case .path: .single(valueName: "path")
            case .choice(let names): .single(valueName: names.joined(separator: "|"))
            case .number: .single(valueName: "N")
            case .size: .single(valueName: "bytes")
            case .duration: .single(valueName: "time")
            }
        var help = option.help
        if case .plain("false") = shape {
            help = "Not: \(help)"
        } else if option.defaultValue == .automatic {
            help += " Left out: \(option.automatic ?? "")."
        } else if option.defaultValue != .list([]), case .single = shape {
            help += " (default: \(option.defaultValue.plain(of: option)))"
        } else if option.defaultValue != .list([]), case .repeated = shape {
            help += " (default: \(option.defaultValue.plain(of: option)))"
        }
        return ConfigurationFlag(name: option.flag, shape: shape, help: help)
    }
}

extension ConfigurationValue {
    /// The value as the command line has it.
    fileprivate func plain(of option: ConfigurationOption) -> String {
        switch self {
        case .text(let text): text
        case .list(let texts): texts.joined(separator: " ")
        case .number, .duration: literal(of: option).filter { $0 != "\"" }
        case .automatic, .boolean: literal(of: option)
        }
    }
}
