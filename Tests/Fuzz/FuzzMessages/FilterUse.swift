@testable import AnnscopeDaemon

/// Reads a condition, and asks it about values.
enum FilterUse {
    private static let columns = ["category", "year", "two words", "in"]
    private static let values = [nil, "", "dog", "DOG", "2000", "-1.5e3", "\u{e9}", "e\u{301}"]
        .map { $0.map { FilterValue($0) } }

    static func exercise(_ input: [UInt8]) {
        let text = String(decoding: input, as: UTF8.self)
        guard let predicate = try? PredicateParser.parse(text, columns: columns, maxBytes: 4096) else { return }
        // A spelling may be longer than what it was read from.
        let again = try? PredicateParser.parse(predicate.spelling, columns: columns, maxBytes: .max)
        precondition(again == predicate, "\(predicate.spelling) reads back as something else")
        ask(predicate)
    }

    private static func ask(_ predicate: Predicate) {
        switch predicate {
        case .test(_, let test):
            for value in values {
                let isTrue = test.accepts(value)
                precondition(value == nil || isTrue != test.negated.accepts(value), "a test and its opposite agree")
            }
            _ = test.accepts(label: 7)
        case .all(let parts), .any(let parts):
            precondition(parts.count > 1, "nothing to join")
            for part in parts { ask(part) }
        }
    }
}
