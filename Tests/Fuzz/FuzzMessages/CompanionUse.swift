@testable import AnnscopeDaemon

/// Reads what stands beside an index, or comes with `annscope push`.
enum CompanionUse {
    static func exercise(sidecar input: [UInt8]) {
        guard let sidecar = try? Sidecar(json: input) else { return }
        precondition((1...200).contains(sidecar.name?.utf8.count ?? 1), "a name beyond its limit")
        precondition((1...1_048_576).contains(sidecar.dimension ?? 1), "a dimension beyond its limit")
    }

    static func exercise(queries input: [UInt8]) {
        var warnings: [String] = []
        let (queries, _) = Sidecar.queries(in: input, file: "queries.json", dimension: 2, &warnings)
        precondition(queries.allSatisfy { $0.vector.count == 2 }, "a query of another dimension")
    }

    static func exercise(items input: [UInt8]) {
        let table = ItemTable(csv: String(decoding: input, as: UTF8.self))
        for column in table.columns.indices.prefix(10) {
            for row in 0..<min(table.rowCount, 100) {
                precondition(table.value(row: row, column: column)?.isEmpty != true, "an empty text is no value")
            }
            precondition((table.distinctValues(ofColumn: column, atMost: 5)?.count ?? 0) <= 5, "too many values")
        }
        for label in ["0", "1", "7", ""] { precondition((table.row(label)?.count ?? 0) <= table.columns.count) }
        let last = table.rowNumber(of: 1)
        precondition(last == ItemTable.noRow || Int(last) < table.rowCount, "a row that is not there")
    }

    static func exercise(npy input: [UInt8]) {
        guard let rows = try? NumPyFile.rows(in: input) else { return }
        precondition(rows.allSatisfy { $0.count == rows[0].count }, "rows of different lengths")
        precondition(rows.count * (rows.first?.count ?? 0) * 4 <= input.count, "more numbers than there are bytes")
    }

    static func exercise(recording input: [UInt8]) {
        guard case (let at, let line)? = try? RecordingFormat.line(input) else { return }
        precondition(at >= 0, "a time before 1970")
        // What was recorded can be recorded anew.
        let written: [UInt8]
        switch line {
        case .hello(let hello, let contents):
            written = RecordingFormat.hello(hello, contents, file: 1, at: at)
        case .items(let items):
            precondition(items.items.allSatisfy { $0.byteCount <= 65536 }, "an item beyond its limit")
            var replayed = ReplayedItems(maxItems: 3, maxBytes: 200)
            for _ in 0..<2 { precondition(replayed.add(items).count == items.items.count, "an item is not shown") }
            written = RecordingFormat.items(items, at: at)
        case .events, .gap: return
        }
        let again = try? RecordingFormat.line(written)
        precondition(again?.line == line, "a line reads back as something else")
    }
}
