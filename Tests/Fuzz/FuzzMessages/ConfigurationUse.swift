import TOMLText

@testable import AnnscopeDaemon

/// Reads what an operator writes.
enum ConfigurationUse {
    static func exercise(toml input: [UInt8]) {
        guard let document = try? TOMLDocument(parsing: input) else { return }
        for entry in document.entries {
            precondition(entry.keyPosition.line > 0, "a place before the first line")
            guard let option = ConfigurationOption.named(entry.key.joined(separator: ".")) else { continue }
            _ = try? option.value(of: entry.item)
        }
    }

    static func exercise(tokens input: [UInt8]) {
        let file = TokenFile(parsing: input, path: "tokens")
        precondition(file.tokens.count <= TokenFile.maxTokens, "more tokens than the limit")
    }
}
