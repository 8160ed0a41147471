/// A condition on the items' columns and on labels, as `where` says it.
///
/// A `not` is pushed down to the comparisons while it is parsed. As a comparison with a missing value is false, and so is
/// its opposite, what then is true is what SQL's three-valued logic calls true.
indirect enum Predicate: Sendable, Equatable {
    case test(PredicateColumn, ValueTest)
    /// All of these hold; at least two.
    case all([Predicate])
    /// One of these holds; at least two.
    case any([Predicate])

    /// - Parameter parts: at least one.
    static func joined(all parts: [Predicate]) -> Predicate {
        let flat = parts.flatMap { if case .all(let inner) = $0 { inner } else { [$0] } }
        return flat.count == 1 ? flat[0] : .all(flat)
    }

    /// - Parameter parts: at least one.
    static func joined(any parts: [Predicate]) -> Predicate {
        let flat = parts.flatMap { if case .any(let inner) = $0 { inner } else { [$0] } }
        return flat.count == 1 ? flat[0] : .any(flat)
    }

    /// The same in one spelling, which parses to the same.
    var spelling: String {
        switch self {
        case .test(let column, let test): "\(column.spelling) \(test.spelling)"
        case .all(let parts):
            parts.map { if case .any = $0 { "(\($0.spelling))" } else { $0.spelling } }.joined(separator: " and ")
        case .any(let parts): parts.map(\.spelling).joined(separator: " or ")
        }
    }
}

/// What a condition tests: a column of the items, or the label, which every node has.
enum PredicateColumn: Sendable, Hashable {
    case label
    case item(place: Int, name: String)

    static let labelName = "label"

    var spelling: String {
        guard case .item(_, let name) = self else { return Self.labelName }
        let isBare =
            name.unicodeScalars.first.map(PredicateToken.beginsName) == true
            && name.unicodeScalars.allSatisfy(PredicateToken.continuesName) && PredicateToken.Keyword(name) == nil
        return isBare ? name : name.inQuotes("`")
    }
}
