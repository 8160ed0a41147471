internal import IndexFiles

/// A number as a table or a condition writes it. Whole numbers are compared exactly, as labels need more than 53 bits.
enum FilterNumber: Sendable, Hashable {
    case whole(Int128)
    /// Finite, and no whole number that an `Int128` could hold.
    case real(Double)

    /// Decimal digits with a sign, a point and an exponent where wanted; nil for all else, infinities and NaN too.
    init?(_ text: some StringProtocol) {
        guard !text.isEmpty, text.utf8.allSatisfy({ Self.alphabet.contains($0) }) else { return nil }
        if let whole = Int64(text) {
            self = .whole(Int128(whole))
        } else if let whole = Int128(text) {
            self = .whole(whole)
        } else if let real = Double(text), real.isFinite {
            self = Int128(exactly: real).map { .whole($0) } ?? .real(real)
        } else {
            return nil
        }
    }

    /// Bytes that numbers are made of.
    private static let alphabet = Array("0123456789+-.eE".utf8)

    private var approximate: Double {
        switch self {
        case .whole(let whole): Double(whole)
        case .real(let real): real
        }
    }
}

extension FilterNumber: Comparable {
    static func < (a: FilterNumber, b: FilterNumber) -> Bool {
        if case .whole(let a) = a, case .whole(let b) = b { return a < b }
        return a.approximate < b.approximate
    }
}
