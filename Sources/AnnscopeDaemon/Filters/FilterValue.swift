internal import IndexFiles

/// A value of a column, or one that a condition names.
///
/// Two values are compared as numbers when both are finite numbers, and otherwise as texts: canonically equivalent texts
/// are equal, others stand in the order of their Unicode scalars.
struct FilterValue: Sendable {
    let text: String
    let number: FilterNumber?

    init(_ text: String) {
        self.text = text
        number = FilterNumber(text)
    }

    init(label: VectorLabel) {
        // `Int128` takes several times as long to write itself.
        text = Int64(exactly: label).map { String($0) } ?? String(label)
        number = .whole(label)
    }
}

extension FilterValue: Comparable {
    static func == (a: FilterValue, b: FilterValue) -> Bool {
        if let a = a.number, let b = b.number { a == b } else { a.text == b.text }
    }

    static func < (a: FilterValue, b: FilterValue) -> Bool {
        if let a = a.number, let b = b.number { a < b } else { a.text < b.text }
    }
}

extension FilterValue {
    /// A number as it is, a text in quotes.
    var spelling: String {
        if number != nil { return text }
        return text.inQuotes("\"")
    }
}
