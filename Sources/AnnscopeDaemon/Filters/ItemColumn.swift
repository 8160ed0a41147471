/// One column of the items by node, as a code into its distinct values: a test then runs once for each value, whatever
/// the number of nodes.
final class ItemColumn: Sendable {
    /// For each node the place of its value in `values`; 4 bytes a node.
    let codes: [UInt32]
    /// The distinct values; the first is the missing one.
    let values: [FilterValue?]

    /// - Parameters:
    ///   - rows: the row of each node, or `ItemTable.noRow`.
    ///   - place: of the column in the table.
    init(_ table: ItemTable, place: Int, rows: [UInt32]) {
        var values: [FilterValue?] = [nil]
        var codeOfText: [String: UInt32] = [:]
        let codeOfRow = (0..<table.rowCount).map { row -> UInt32 in
            guard let text = table.value(row: row, column: place) else { return 0 }
            if let code = codeOfText[text] { return code }
            let code = UInt32(values.count)
            codeOfText[text] = code
            values.append(FilterValue(text))
            return code
        }
        codes = rows.map { $0 == ItemTable.noRow ? 0 : codeOfRow[Int($0)] }
        self.values = values
    }

    /// 1 for each value that passes, else 0.
    func marks(_ test: ValueTest) -> [UInt8] { values.map { test.accepts($0) ? 1 : 0 } }
}
