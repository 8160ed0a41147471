/// A configuration, and where each of its values comes from.
public struct LoadedConfiguration: Sendable {
    public let configuration: DaemonConfiguration
    let origins: [String: ConfigurationOrigin]
    /// What is no error but should be known.
    public let warnings: [String]

    /// Every option with its value and its origin. The lines are TOML themselves. No option is a secret: these stand in
    /// files of their own.
    public var lines: [String] {
        let rows = ConfigurationOption.all.map { option in
            let origin = origins[option.key] ?? .builtIn
            let value = option.read(configuration)
            let meaning = value == .automatic ? option.automatic.map { ": \($0)" } ?? "" : ""
            return (text: "\(option.key) = \(value.literal(of: option))", note: "# \(origin)\(meaning)")
        }
        let width = rows.map(\.text.count).filter { $0 <= 60 }.max() ?? 0
        return rows.map { row in
            row.text + String(repeating: " ", count: max(0, width - row.text.count) + 2) + row.note
        }
    }
}

extension ConfigurationValue {
    /// The value as the file has it.
    func literal(of option: ConfigurationOption) -> String {
        switch self {
        case .automatic: return "\"auto\""
        case .text(let text): return Self.quoted(text)
        case .list(let texts): return "[" + texts.map(Self.quoted).joined(separator: ", ") + "]"
        case .number(let number):
            if case .size = option.kind { return "\"\(ByteText.text(number))\"" }
            return "\(number)"
        case .duration(let duration): return "\"\(DurationText.text(duration))\""
        case .boolean(let isOn): return "\(isOn)"
        }
    }

    /// A basic string of TOML.
    private static func quoted(_ text: String) -> String {
        var literal = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": literal += "\\\(scalar)"
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let code = String(scalar.value, radix: 16)
                literal += "\\u" + String(repeating: "0", count: 4 - code.count) + code
            default: literal.unicodeScalars.append(scalar)
            }
        }
        return literal + "\""
    }
}
