internal import IndexFiles

/// What a condition asks of one column's value. Of a missing value only `is missing` is true: neither `=` nor `!=` nor
/// any other comparison is, as in SQL.
enum ValueTest: Sendable, Equatable {
    case compare(Comparison, FilterValue)
    case among(ValueSet, isNegated: Bool)
    case contains(FoldedText, isNegated: Bool)
    case isMissing
    case isPresent

    enum Comparison: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="

        func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
            switch self {
            case .equal: a == b
            case .notEqual: a != b
            case .less: a < b
            case .lessOrEqual: a <= b
            case .greater: a > b
            case .greaterOrEqual: a >= b
            }
        }

        var negated: Comparison {
            switch self {
            case .equal: .notEqual
            case .notEqual: .equal
            case .less: .greaterOrEqual
            case .lessOrEqual: .greater
            case .greater: .lessOrEqual
            case .greaterOrEqual: .less
            }
        }
    }

    static func contains(_ text: String, isNegated: Bool) -> ValueTest {
        .contains(FoldedText(text), isNegated: isNegated)
    }

    /// The test that holds where this one does not, of values that are not missing.
    var negated: ValueTest {
        switch self {
        case .compare(let comparison, let value): .compare(comparison.negated, value)
        case .among(let values, let isNegated): .among(values, isNegated: !isNegated)
        case .contains(let text, let isNegated): .contains(text, isNegated: !isNegated)
        case .isMissing: .isPresent
        case .isPresent: .isMissing
        }
    }

    /// - Parameter value: nil where it is missing.
    func accepts(_ value: FilterValue?) -> Bool {
        guard let value else { return self == .isMissing }
        switch self {
        case .compare(let comparison, let other): return comparison.holds(value, other)
        case .among(let values, let isNegated): return values.contains(value) != isNegated
        case .contains(let text, let isNegated): return text.isPart(of: value.text) != isNegated
        case .isMissing: return false
        case .isPresent: return true
        }
    }

    /// The same of a label, without writing it out where it is compared as a number.
    func accepts(label: VectorLabel) -> Bool {
        switch self {
        case .compare(let comparison, let value):
            guard let number = value.number else { break }
            return comparison.holds(.whole(label), number)
        case .among(let values, let isNegated): return values.contains(.whole(label)) != isNegated
        default: break
        }
        return accepts(FilterValue(label: label))
    }

    var spelling: String {
        switch self {
        case .compare(let comparison, let value): "\(comparison.rawValue) \(value.spelling)"
        case .among(let values, let isNegated):
            "\(isNegated ? "not " : "")in (\(values.list.map(\.spelling).joined(separator: ", ")))"
        case .contains(let part, let isNegated): "\(isNegated ? "not " : "")contains \(FilterValue(part.text).spelling)"
        case .isMissing: "is missing"
        case .isPresent: "is present"
        }
    }
}

/// The values of an `in (…)`, found at once however many they are.
struct ValueSet: Sendable, Equatable {
    let list: [FilterValue]
    private let numbers: Set<FilterNumber>
    private let texts: Set<String>

    init(_ list: [FilterValue]) {
        self.list = list
        numbers = Set(list.compactMap(\.number))
        texts = Set(list.lazy.filter { $0.number == nil }.map(\.text))
    }

    func contains(_ value: FilterValue) -> Bool {
        if let number = value.number { contains(number) } else { texts.contains(value.text) }
    }

    func contains(_ number: FilterNumber) -> Bool { numbers.contains(number) }
}
