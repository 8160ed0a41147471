internal import IndexFiles
internal import VectorSearch

/// One query searched with several sets of parameters, side by side.
public struct SearchComparison {
    public let searches: [(name: String, search: OfflineSearch)]

    public init(_ searches: [(name: String, search: OfflineSearch)]) { self.searches = searches }

    /// A column for each set. A label that only one of them found has an asterisk.
    public var lines: [String] {
        guard let first = searches.first?.search else { return [] }
        var finders: [VectorLabel: Int] = [:]
        for (_, search) in searches {
            for label in Set(search.outcome.hits.map(\.label)) { finders[label, default: 0] += 1 }
        }
        var rows = [[""] + searches.map(\.name)]
        rows.append(row("recall") { search in search.recall.map { OfflineSearch.rounded($0.share) } ?? "unknown" })
        rows.append(row("distances") { "\($0.outcome.counters.distances)" })
        if searches.contains(where: { $0.search.outcome.counters.expansions > 0 }) {
            rows.append(row("expansions") { "\($0.outcome.counters.expansions)" })
        }
        if searches.contains(where: { $0.search.outcome.counters.lists > 0 }) {
            rows.append(row("cells") { "\($0.outcome.counters.lists)" })
        }
        rows.append(row("microseconds") { "\($0.microseconds)" })
        let longest = searches.map { $0.search.outcome.hits.count }.max() ?? 0
        var isMarked = false
        for rank in 0..<longest {
            rows.append(
                row("\(rank + 1).") { search in
                    guard rank < search.outcome.hits.count else { return "–" }
                    let hit = search.outcome.hits[rank]
                    let isAlone = searches.count > 1 && finders[hit.label] == 1
                    if isAlone { isMarked = true }
                    return "\(hit.label)\(isAlone ? "*" : "")  \(hit.distance)"
                })
        }
        let title = "\(first.index.path): \(first.index.metric.rawValue) over \(first.index.count) vectors"
        return [title] + Self.aligned(rows) + (isMarked ? ["* found by this one alone"] : [])
    }

    private func row(_ name: String, _ value: (OfflineSearch) -> String) -> [String] {
        [name] + searches.map { value($0.search) }
    }

    private static func aligned(_ rows: [[String]]) -> [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
                .joined(separator: "   ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
