/// Reads a condition by recursive descent.
///
/// ```
/// condition  = conjunct { "or" conjunct }
/// conjunct   = negation { "and" negation }
/// negation   = { "not" } ( "(" condition ")" | comparison )
/// comparison = column ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
///            | column ["not"] "in" "(" value { "," value } ")"
///            | column ["not"] "contains" value
///            | column "is" ["not"] ( "missing" | "present" )
/// column     = letters, digits and "_", or any text in backquotes
/// value      = a number, or a text in single or double quotes, with backslash escapes
/// ```
struct PredicateParser {
    private let tokens: [PredicateToken]
    private let columns: [String]
    private var place = 0
    private var depth = 0
    private var testsSoFar = 0

    /// Parentheses in parentheses.
    static let maxDepth = 64
    /// Comparisons: each may look at every value of a column. The values of an `in` are found at once.
    static let maxTests = 100
    /// Columns that an error lists.
    private static let maxListed = 20

    /// - Parameters:
    ///   - columns: those of the items; `label` is always there.
    ///   - maxBytes: a longer condition is refused unread.
    /// - Throws: `FilterError` with the place, what was found and what was expected.
    static func parse(_ text: String, columns: [String], maxBytes: Int) throws(FilterError) -> Predicate {
        guard text.utf8.count <= maxBytes else {
            throw FilterError(at: nil, "the condition has \(text.utf8.count) bytes; \(maxBytes) is the limit")
        }
        var parser = PredicateParser(tokens: try PredicateToken.all(in: text), columns: columns)
        let predicate = try parser.condition(isNegated: false)
        guard parser.next.kind == .end else { throw parser.unexpected("\"and\", \"or\" or the end") }
        return predicate
    }

    private init(tokens: [PredicateToken], columns: [String]) {
        self.tokens = tokens
        self.columns = columns
    }

    private var next: PredicateToken { tokens[place] }

    /// Takes the next token if it is of this kind.
    private mutating func take(_ kind: PredicateToken.Kind) -> Bool {
        guard next.kind == kind else { return false }
        place += 1
        return true
    }

    private mutating func need(_ sign: String) throws(FilterError) {
        guard take(.sign(sign)) else { throw unexpected("\"\(sign)\"") }
    }

    private func unexpected(_ expected: String) -> FilterError {
        let found = next.kind == .end ? "the end" : next.source.prefix(40).description
        return FilterError(at: next.position, "found \(found), expected \(expected)")
    }

    /// What is read, or its opposite: the opposite of "one of these" is "none of these".
    private mutating func condition(isNegated: Bool) throws(FilterError) -> Predicate {
        var parts = [try conjunct(isNegated)]
        while take(.keyword(.or)) { parts.append(try conjunct(isNegated)) }
        return isNegated ? .joined(all: parts) : .joined(any: parts)
    }

    private mutating func conjunct(_ isNegated: Bool) throws(FilterError) -> Predicate {
        var parts = [try negation(isNegated)]
        while take(.keyword(.and)) { parts.append(try negation(isNegated)) }
        return isNegated ? .joined(any: parts) : .joined(all: parts)
    }

    private mutating func negation(_ isNegated: Bool) throws(FilterError) -> Predicate {
        var isNegated = isNegated
        while take(.keyword(.not)) { isNegated.toggle() }
        let start = next.position
        guard take(.sign("(")) else {
            let column = try column()
            testsSoFar += 1
            guard testsSoFar <= Self.maxTests else {
                throw FilterError(at: start, "a condition has at most \(Self.maxTests) comparisons")
            }
            let test = try test()
            return .test(column, isNegated ? test.negated : test)
        }
        depth += 1
        guard depth <= Self.maxDepth else {
            throw FilterError(at: start, "parentheses stand deeper than \(Self.maxDepth) in each other")
        }
        let inside = try condition(isNegated: isNegated)
        guard take(.sign(")")) else { throw unexpected("\"and\", \"or\" or \")\"") }
        depth -= 1
        return inside
    }

    private mutating func column() throws(FilterError) -> PredicateColumn {
        guard case .name(let name) = next.kind else { throw unexpected("a column, \"not\" or \"(\"") }
        if name != PredicateColumn.labelName, !columns.contains(name) {
            throw FilterError(at: next.position, "there is no column \"\(name.prefix(100))\"; \(known)")
        }
        place += 1
        guard name != PredicateColumn.labelName, let column = columns.firstIndex(of: name) else { return .label }
        return .item(place: column, name: name)
    }

    private var known: String {
        let names = columns.filter { $0 != PredicateColumn.labelName }
        if names.isEmpty { return "nothing is known of the items but their label" }
        let more = names.count > Self.maxListed ? " and \(names.count - Self.maxListed) more" : ""
        return "there are \(names.prefix(Self.maxListed).joined(separator: ", "))\(more), and label"
    }

    private mutating func test() throws(FilterError) -> ValueTest {
        if case .sign(let sign) = next.kind, let comparison = ValueTest.Comparison(rawValue: sign) {
            place += 1
            return .compare(comparison, FilterValue(try value()))
        }
        if take(.keyword(.is)) { return try presence() }
        let isNegated = take(.keyword(.not))
        if take(.keyword(.contains)) { return .contains(try value(), isNegated: isNegated) }
        guard take(.keyword(.in)) else {
            throw unexpected(isNegated ? "\"in\" or \"contains\"" : "=, !=, <, <=, >, >=, in, not in, contains or is")
        }
        try need("(")
        var values = [FilterValue(try value())]
        while take(.sign(",")) { values.append(FilterValue(try value())) }
        guard take(.sign(")")) else { throw unexpected("\",\" or \")\"") }
        return .among(ValueSet(values), isNegated: isNegated)
    }

    private mutating func presence() throws(FilterError) -> ValueTest {
        let isNegated = take(.keyword(.not))
        guard case .name(let word) = next.kind, ["missing", "present"].contains(word.lowercased()) else {
            throw unexpected("missing or present")
        }
        place += 1
        return (word.lowercased() == "missing") != isNegated ? .isMissing : .isPresent
    }

    private mutating func value() throws(FilterError) -> String {
        guard case .value(let text) = next.kind else { throw unexpected("a number, or a text in quotes") }
        place += 1
        return text
    }
}
