/// Finds what somebody may have meant.
enum Suggestion {
    /// The name that takes the fewest edits to get to, if these are few.
    static func nearest(to wrong: String, among names: some Sequence<String>) -> String? {
        guard wrong.count <= 100 else { return nil }
        let best = names.map { (name: $0, edits: edits(from: wrong, to: $0)) }.min { $0.edits < $1.edits }
        return best.flatMap { $0.edits <= max(1, min(3, wrong.count / 3)) ? $0.name : nil }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that make one text of the other (optimal string
    /// alignment: Damerau 1964).
    static func edits(from: String, to: String) -> Int {
        let (from, to) = (Array(from), Array(to))
        var rows = [[Int](0...to.count)]
        for (line, left) in from.enumerated() {
            var row = [line + 1]
            for (column, right) in to.enumerated() {
                var cost = min(
                    rows[line][column] + (left == right ? 0 : 1), rows[line][column + 1] + 1, row[column] + 1)
                if line > 0, column > 0, left == to[column - 1], from[line - 1] == right {
                    cost = min(cost, rows[line - 1][column - 1] + 1)
                }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[from.count][to.count]
    }
}
