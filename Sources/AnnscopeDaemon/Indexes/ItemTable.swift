internal import IndexFiles

/// The rows of a sidecar's `items` file (RFC 4180), found by label.
struct ItemTable: Sendable {
    let columns: [String]
    private let rows: [[String]]
    /// The column that says whose row it is; nil where that is the row's number.
    private let key: Int?
    private let rowByLabel: [String: Int]

    /// Rows belong to labels by their column `label`, else `id`, else by row number.
    static let labelColumns = ["label", "id"]

    static let empty = ItemTable(columns: [], rows: [])

    private init(columns: [String], rows: [[String]]) {
        self.columns = columns
        self.rows = rows
        key = Self.labelColumns.lazy.compactMap { columns.firstIndex(of: $0) }.first
        var byLabel: [String: Int] = [:]
        byLabel.reserveCapacity(rows.count)
        for (number, row) in rows.enumerated() {
            let label = Self.label(key, row, number)
            if byLabel[label] == nil { byLabel[label] = number }
        }
        rowByLabel = byLabel
    }

    private static func label(_ key: Int?, _ row: [String], _ number: Int) -> String {
        key.flatMap { $0 < row.count ? row[$0] : nil } ?? String(number)
    }

    /// Reads comma-separated text whose first line names the columns.
    init(csv: String) {
        var lines: [[String]] = []
        var row: [String] = []
        var field = ""
        var isQuoted = false
        var characters = csv.unicodeScalars.makeIterator()
        var pending = characters.next()
        func endField() {
            row.append(field)
            field = ""
        }
        func endRow() {
            endField()
            if row.count > 1 || !row[0].isEmpty { lines.append(row) }
            row = []
        }
        while let character = pending {
            pending = characters.next()
            switch (character, isQuoted) {
            case ("\"", true):
                if pending == "\"" {
                    field.unicodeScalars.append(character)
                    pending = characters.next()
                } else {
                    isQuoted = false
                }
            case ("\"", false): isQuoted = true
            case (",", false): endField()
            case ("\n", false): endRow()
            case ("\r", false): continue
            default: field.unicodeScalars.append(character)
            }
        }
        if !field.isEmpty || !row.isEmpty { endRow() }
        self.init(columns: lines.first ?? [], rows: Array(lines.dropFirst()))
    }

    var isEmpty: Bool { rows.isEmpty }

    var rowCount: Int { rows.count }

    /// Where a node has no row.
    static let noRow = UInt32.max

    /// The place of a label's row, or `noRow`.
    func rowNumber(of label: VectorLabel) -> UInt32 {
        // `Int128` takes several times as long to write itself.
        let text = Int64(exactly: label).map { String($0) } ?? String(label)
        return rowByLabel[text].flatMap { UInt32(exactly: $0) } ?? Self.noRow
    }

    /// The value of a field; nil where the row ends before it, or where it is empty, which CSV has for "missing".
    func value(row: Int, column: Int) -> String? {
        let row = rows[row]
        guard column < row.count, !row[column].isEmpty else { return nil }
        return row[column]
    }

    /// The distinct values of a column, the most frequent first; nil where there are more than so many.
    func distinctValues(ofColumn column: Int, atMost limit: Int) -> [String]? {
        var counts: [String: Int] = [:]
        for row in rows.indices {
            guard let value = value(row: row, column: column) else { continue }
            counts[value, default: 0] += 1
            if counts.count > limit { return nil }
        }
        return counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }.map(\.key)
    }

    /// The label that a row belongs to; nil for a row that belongs to none, as an earlier one has its label, or as it names
    /// no label.
    func label(ofRow number: Int) -> VectorLabel? {
        let text = Self.label(key, rows[number], number)
        guard rowByLabel[text] == number, let label = VectorLabel(text), String(label) == text else { return nil }
        return label
    }

    /// The row of a label, as (column, value) in file order.
    func row(_ label: String) -> [(column: String, value: String)]? {
        guard let number = rowByLabel[label] else { return nil }
        return zip(columns, rows[number]).map { (column: $0, value: $1) }
    }
}
