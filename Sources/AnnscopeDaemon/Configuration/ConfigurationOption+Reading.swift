internal import TOMLText

extension ConfigurationOption {
    /// Takes a value of the file.
    ///
    /// - Throws: what is wrong, and where in the file.
    func value(of item: TOMLItem) throws(PlacedComplaint) -> ConfigurationValue {
        switch (kind, item.value) {
        case (.list, .array(let items)), (.paths, .array(let items)): return try list(items)
        default: break
        }
        do throws(ConfigurationComplaint) {
            switch (kind, item.value) {
            case (.list, .string(let text)), (.paths, .string(let text)): return try checked(.list([text]))
            case (.number, .integer(let number)), (.size, .integer(let number)):
                return try checked(.number(Int(number)))
            case (.boolean, .boolean(let isOn)): return .boolean(isOn)
            case (.number, .string("auto")) where automatic != nil: return .automatic
            case (.path, .string(let text)), (.choice, .string(let text)), (.size, .string(let text)),
                (.duration, .string(let text)):
                return try value(of: text, bare: false)
            default: throw ConfigurationComplaint("it takes \(noun), not \(item.value.noun)")
            }
        } catch {
            throw PlacedComplaint(position: item.position, message: "\(key): \(error.message)")
        }
    }

    private func list(_ items: [TOMLItem]) throws(PlacedComplaint) -> ConfigurationValue {
        var texts: [String] = []
        for part in items {
            guard case .string(let text) = part.value else {
                throw PlacedComplaint(
                    position: part.position, message: "\(key): it takes texts, not \(part.value.noun)")
            }
            if let complaint = complaint(of: .list([text])) {
                throw PlacedComplaint(position: part.position, message: "\(key): \(complaint.message)")
            }
            texts.append(text)
        }
        return .list(texts)
    }

    /// Takes the value of an environment variable.
    func value(ofVariable text: String) throws(ConfigurationComplaint) -> ConfigurationValue {
        switch kind {
        case .list(_, let separators):
            return try checked(.list(text.split { separators.contains($0) }.map(String.init)))
        case .paths:
            return try checked(.list(text.split { $0 == ":" || $0.isWhitespace }.map(String.init)))
        default: return try value(of: text, bare: true)
        }
    }

    /// Takes what was given to a flag, once or several times; of several, all are parts of a list.
    func value(ofFlag texts: [String]) throws(ConfigurationComplaint) -> ConfigurationValue {
        switch kind {
        case .list, .paths: try checked(.list(texts))
        default: try value(of: texts.last ?? "", bare: true)
        }
    }

    /// - Parameter bare: numbers may stand without unit.
    private func value(of text: String, bare: Bool) throws(ConfigurationComplaint) -> ConfigurationValue {
        if automatic != nil, text == "auto" { return .automatic }
        switch kind {
        case .path:
            guard !text.isEmpty else { throw ConfigurationComplaint("it must be the path of a file or folder") }
            return try checked(.text(text))
        case .choice(let names):
            guard names.contains(text) else {
                let hint = Suggestion.nearest(to: text, among: names).map { "; did you mean \($0)?" } ?? ""
                throw ConfigurationComplaint("\(Self.quoted(text)) is none of \(names.joined(separator: ", "))\(hint)")
            }
            return .text(text)
        case .number:
            guard let number = Int(text) else {
                throw ConfigurationComplaint("\(Self.quoted(text)) is no whole number")
            }
            return try checked(.number(number))
        case .size:
            guard let bytes = ByteText.bytes(text) else {
                throw ConfigurationComplaint("\(Self.quoted(text)) is no number of bytes, such as 500M or 8G")
            }
            return try checked(.number(bytes))
        case .duration(_, let unit):
            if bare, let unit, let number = Int(text), let whole = number.multiplied(by: unit) {
                return try checked(.duration(.milliseconds(whole)))
            }
            guard let duration = DurationText.duration(text) else {
                throw ConfigurationComplaint("\(Self.quoted(text)) is no time with its unit, such as 250ms, 10s or 5m")
            }
            return try checked(.duration(duration))
        case .boolean:
            switch text {
            case "true", "1", "yes", "on": return .boolean(true)
            case "false", "0", "no", "off": return .boolean(false)
            default: throw ConfigurationComplaint("\(Self.quoted(text)) is neither true nor false")
            }
        case .list, .paths: return try checked(.list([text]))
        }
    }

    private func checked(_ value: ConfigurationValue) throws(ConfigurationComplaint) -> ConfigurationValue {
        if let complaint = complaint(of: value) { throw complaint }
        return value
    }

    /// What is wrong with a value of the right kind.
    private func complaint(of value: ConfigurationValue) -> ConfigurationComplaint? {
        switch (kind, value) {
        case (.number(let range), .number(let number)) where !range.contains(number):
            return ConfigurationComplaint("\(number): it can be \(range.lowerBound) to \(range.upperBound)")
        case (.size(let range), .number(let number)) where !range.contains(number):
            return ConfigurationComplaint(
                "\(ByteText.text(number)): it can be \(ByteText.text(range.lowerBound)) to \(ByteText.text(range.upperBound))"
            )
        case (.duration(let range, _), .duration(let duration)) where !range.contains(duration):
            return ConfigurationComplaint(
                "\(DurationText.text(duration)): it can be \(DurationText.text(range.lowerBound)) to \(DurationText.text(range.upperBound))"
            )
        default: break
        }
        var scratch = DaemonConfiguration()
        do throws(ConfigurationComplaint) { try write(value, &scratch) } catch { return error }
        return nil
    }

    /// What it takes, for a sentence.
    private var noun: String {
        switch kind {
        case .path: "a text"
        case .choice(let names): "one of the texts \(names.joined(separator: ", "))"
        case .list, .paths: "a list of texts"
        case .number: "a whole number"
        case .size: "a size such as \"500M\" or \"8G\""
        case .duration: "a time with its unit, such as \"10s\""
        case .boolean: "true or false"
        }
    }

    /// A text from outside as it can be shown on one line.
    private static func quoted(_ text: String) -> String { "\"\(LogText.plain(text, max: 100))\"" }
}

/// What is wrong at a place of the file.
struct PlacedComplaint: Error, Equatable {
    let position: TOMLPosition
    let message: String
}

extension Int {
    fileprivate func multiplied(by factor: Int) -> Int? {
        let (product, isTooLarge) = multipliedReportingOverflow(by: factor)
        return isTooLarge ? nil : product
    }
}

extension TOMLValue {
    fileprivate var noun: String {
        switch self {
        case .string: "a text"
        case .integer: "a whole number"
        case .real: "a broken number"
        case .boolean: "true or false"
        case .array: "a list"
        case .table: "a table"
        }
    }
}
