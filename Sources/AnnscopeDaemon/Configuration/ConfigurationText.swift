/// What is printed of the options themselves.
public enum ConfigurationText {
    /// A file with every option at its default, each commented out: `# ` begins a sentence and `#` an option.
    public static var defaults: [String] {
        var lines = [
            "# annscope's configuration. Flags weigh more than environment variables, these more than this file.",
            "# An option's variable is ANNSCOPE_ and its key: ANNSCOPE_SEARCH_WORKERS for workers in [search].",
            "# Those marked (reload) are taken over by a running daemon on SIGHUP: systemctl reload annscope.",
        ]
        var table: String?
        for option in ConfigurationOption.all {
            let (name, key) = option.tableAndName
            if name != table {
                table = name
                lines.append("")
                if let name {
                    lines.append("# \(ConfigurationOption.tables[name] ?? "")")
                    lines.append("[\(name)]")
                }
            }
            lines.append("")
            let text = option.help + (option.reloads ? " (reload)" : "")
            lines += wrapped(text, to: 100).map { "# \($0)" }
            if let automatic = option.automatic { lines.append("# auto: \(automatic).") }
            if let range = option.rangeText { lines.append("# \(range)") }
            lines.append("#\(key) = \(option.defaultValue.literal(of: option))")
        }
        return lines
    }

    /// The README's table of options, in Markdown.
    public static var table: [String] {
        ["| option | default | flag | on SIGHUP |", "| --- | --- | --- | --- |"]
            + ConfigurationOption.all.map { option in
                "| `\(option.key)` | `\(option.defaultValue.literal(of: option))` | "
                    + (option.key == "paths" ? "arguments" : "`--\(option.flag)`")
                    + " | \(option.reloads ? "taken over" : "needs a restart") |"
            }
    }

    private static func wrapped(_ text: String, to width: Int) -> [String] {
        text.split(separator: " ").reduce(into: [String]()) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(String(word))
            }
        }
    }
}

extension ConfigurationOption {
    var tableAndName: (table: String?, name: String) {
        guard let dot = key.firstIndex(of: ".") else { return (nil, key) }
        return (String(key[..<dot]), String(key[key.index(after: dot)...]))
    }

    fileprivate var rangeText: String? {
        switch kind {
        case .number(let range): "\(range.lowerBound) to \(range.upperBound)."
        case .size(let range): "\(ByteText.text(range.lowerBound)) to \(ByteText.text(range.upperBound))."
        case .duration(let range, _):
            "\(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound))."
        case .choice(let names): "One of \(names.joined(separator: ", "))."
        default: nil
        }
    }
}
