@testable import AnnscopeDaemon

/// A condition made up for tests, with an evaluation of its own: three-valued logic as SQL has it, row by row.
indirect enum RandomCondition {
    case compare(String, String, String)
    case among(String, [String], Bool)
    case contains(String, String, Bool)
    case presence(String, Bool)
    case not(RandomCondition)
    case both(RandomCondition, RandomCondition)
    case either(RandomCondition, RandomCondition)

    static let values = [
        "1", "2", "10", "-3", "2.0", "2.5", "dog", "Dog", "a dog's life", "cat", "é", "e\u{301}", "\\", "7x",
    ]

    init(columns: [String], depth: Int, using random: inout some RandomNumberGenerator) {
        let column = columns.randomElement(using: &random) ?? "label"
        let value = Self.values.randomElement(using: &random) ?? ""
        func inner(_ random: inout some RandomNumberGenerator) -> RandomCondition {
            RandomCondition(columns: columns, depth: depth - 1, using: &random)
        }
        switch Int.random(in: 0..<(depth > 0 ? 10 : 5), using: &random) {
        case 0, 1:
            self = .compare(column, ["=", "!=", "<", "<=", ">", ">="].randomElement(using: &random) ?? "=", value)
        case 2:
            self = .among(
                column, [value, Self.values.randomElement(using: &random) ?? ""], Bool.random(using: &random))
        case 3:
            self = .contains(
                column, ["dog", "D", "2", ""].randomElement(using: &random) ?? "", Bool.random(using: &random))
        case 4: self = .presence(column, Bool.random(using: &random))
        case 5, 6: self = .not(inner(&random))
        case 7: self = .both(inner(&random), inner(&random))
        default: self = .either(inner(&random), inner(&random))
        }
    }

    /// As somebody might write it.
    var text: String {
        func quoted(_ value: String) -> String {
            if Double(value) != nil, Bool.random() { return value }
            let quote = Bool.random() ? "\"" : "'"
            let escaped = value.replacing("\\", with: "\\\\").replacing(quote, with: "\\" + quote)
            return quote + escaped + quote
        }
        func keyword(_ word: String) -> String { Bool.random() ? word : word.uppercased() }
        switch self {
        case .compare(let column, let sign, let value): return "\(column)\(sign)\(quoted(value))"
        case .among(let column, let values, let isIn):
            return
                "`\(column)` \(isIn ? "" : keyword("not")) \(keyword("in")) (\(values.map(quoted).joined(separator: ",")))"
        case .contains(let column, let part, let isIn):
            return "\(column) \(isIn ? "" : "not") \(keyword("contains")) \(quoted(part))"
        case .presence(let column, let isMissing): return "\(column) is \(isMissing ? "missing" : "present")"
        case .not(let inner): return "\(keyword("not")) (\(inner.text))"
        case .both(let a, let b): return "(\(a.text)) \(keyword("and")) (\(b.text))"
        case .either(let a, let b): return "(\(a.text)) \(keyword("or")) \(b.text)"
        }
    }

    /// nil where it is unknown.
    func holds(_ value: (String) -> String?) -> Bool? {
        func compare(_ a: String, _ sign: String, _ b: String) -> Bool {
            func decide<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
                switch sign {
                case "=": a == b
                case "!=": a != b
                case "<": a < b
                case "<=": a <= b
                case ">": a > b
                default: a >= b
                }
            }
            if let a = Double(a), let b = Double(b) { return decide(a, b) }
            return decide(a, b)
        }
        switch self {
        case .compare(let column, let sign, let other): return value(column).map { compare($0, sign, other) }
        case .among(let column, let values, let isIn):
            return value(column).map { value in values.contains { compare(value, "=", $0) } == isIn }
        case .contains(let column, let part, let isIn):
            return value(column).map {
                (part.isEmpty || $0.lowercased().contains(part.lowercased())) == isIn
            }
        case .presence(let column, let isMissing): return (value(column) == nil) == isMissing
        case .not(let inner): return inner.holds(value).map { !$0 }
        case .both(let a, let b):
            let (a, b) = (a.holds(value), b.holds(value))
            if a == false || b == false { return false }
            return a == nil || b == nil ? nil : true
        case .either(let a, let b):
            let (a, b) = (a.holds(value), b.holds(value))
            if a == true || b == true { return true }
            return a == nil || b == nil ? nil : false
        }
    }
}
