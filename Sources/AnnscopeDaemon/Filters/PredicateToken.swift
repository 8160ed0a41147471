/// A word, a value or a sign of a condition.
struct PredicateToken: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        /// A column's name, bare or in backquotes.
        case name(String)
        case keyword(Keyword)
        /// A number, or a text in quotes.
        case value(String)
        /// A comparison, a parenthesis or a comma.
        case sign(String)
        case end
    }

    /// Words that are no column unless they stand in backquotes. `missing` and `present` are words only after `is`.
    enum Keyword: String, Sendable {
        case and, or, not, contains, `in`, `is`

        /// In any case.
        init?(_ text: String) { self.init(rawValue: text.lowercased()) }
    }

    let kind: Kind
    /// As written.
    let source: String
    /// Unicode scalars from the start of the condition, from 1.
    let position: Int

    static func beginsName(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic || scalar == "_" }

    static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
        beginsName(scalar) || ("0"..."9").contains(scalar)
    }

    private static func beginsNumber(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar) || scalar == "+" || scalar == "-" || scalar == "."
    }

    private static func continuesNumber(_ scalar: Unicode.Scalar) -> Bool {
        beginsNumber(scalar) || scalar == "e" || scalar == "E"
    }

    /// The tokens of a condition; the last is the end.
    static func all(in text: String) throws(FilterError) -> [PredicateToken] {
        let scalars = Array(text.unicodeScalars)
        var tokens: [PredicateToken] = []
        var place = 0
        while place < scalars.count {
            let start = place
            let scalar = scalars[place]
            func taken(while isPart: (Unicode.Scalar) -> Bool) -> String {
                while place < scalars.count, isPart(scalars[place]) { place += 1 }
                return Self.text(scalars[start..<place])
            }
            let kind: Kind
            if scalar.properties.isWhitespace {
                place += 1
                continue
            } else if scalar == "\"" || scalar == "'" || scalar == "`" {
                let inside = try quoted(scalars, &place)
                kind = scalar == "`" ? .name(inside) : .value(inside)
            } else if beginsName(scalar) {
                let word = taken(while: continuesName)
                kind = Keyword(word).map { .keyword($0) } ?? .name(word)
            } else if beginsNumber(scalar) {
                let digits = taken(while: continuesNumber)
                guard FilterNumber(digits) != nil else {
                    throw FilterError(at: start + 1, "\"\(digits)\" is no number; a text needs quotes")
                }
                kind = .value(digits)
            } else {
                kind = .sign(try sign(scalars, &place))
            }
            tokens.append(
                PredicateToken(kind: kind, source: Self.text(scalars[start..<place]), position: start + 1))
        }
        tokens.append(PredicateToken(kind: .end, source: "", position: scalars.count + 1))
        return tokens
    }

    /// What stands between two equal quotes; a backslash takes the next character as it is.
    private static func quoted(_ scalars: [Unicode.Scalar], _ place: inout Int) throws(FilterError) -> String {
        let start = place
        var inside = String.UnicodeScalarView()
        place += 1
        while place < scalars.count {
            let scalar = scalars[place]
            place += 1
            if scalar == scalars[start] { return String(inside) }
            if scalar == "\\", place < scalars.count {
                inside.append(scalars[place])
                place += 1
            } else {
                inside.append(scalar)
            }
        }
        throw FilterError(at: start + 1, "the quote \(scalars[start]) that begins here is not closed")
    }

    private static func sign(_ scalars: [Unicode.Scalar], _ place: inout Int) throws(FilterError) -> String {
        let here = String(scalars[place])
        if place + 1 < scalars.count, scalars[place + 1] == "=", ["!", "<", ">"].contains(here) {
            place += 2
            return here + "="
        }
        guard ["=", "<", ">", "(", ")", ","].contains(here) else {
            throw FilterError(at: place + 1, "\"\(here)\" has no meaning here; a text needs quotes")
        }
        place += 1
        return here
    }

    private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
