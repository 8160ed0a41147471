internal import IndexFiles
internal import WireProtocol

/// Finds items by a text: those whose label it is, then those whose caption, category or another column holds it,
/// whatever its case. What names labels is not looked through.
struct ItemFinder: Sendable {
    let index: ServedIndex
    let text: String

    /// The scan ends when so many were found.
    static let maxFound = 10_000
    /// Rows between two looks at the cancellation.
    private static let sliceRows = 4096

    struct Found: Sendable {
        /// In the order in which they are listed.
        var nodes: [UInt32]
        /// Nothing was left out.
        var isComplete: Bool
    }

    /// - Returns: nil when cancelled.
    func find(isCancelled: () -> Bool) -> Found? {
        let labels = index.loaded.labels
        let items = index.loaded.items
        var found = Found(nodes: [], isComplete: true)
        let label = WireLabel(text)
        if let label {
            _ = labels.forEachNode(of: [label]) { node in
                if found.nodes.count < Self.maxFound { found.nodes.append(node) } else { found.isComplete = false }
            }
        }
        let part = FoldedText(text)
        let columns = columns
        var row = 0
        while row < items.rowCount {
            let room = Self.maxFound - found.nodes.count
            guard room > 0 else {
                found.isComplete = false
                break
            }
            var matches: [VectorLabel] = []
            while row < items.rowCount, matches.count < room {
                if row % Self.sliceRows == 0, isCancelled() { return nil }
                let isMatch = columns.contains { column in
                    items.value(row: row, column: column).map(part.isPart) ?? false
                }
                if isMatch, let match = items.label(ofRow: row), match != label { matches.append(match) }
                row += 1
            }
            // A table may have rows of items that are not in the index.
            found.nodes += labels.nodes(of: matches).compactMap(\.self)
        }
        return found
    }

    private var columns: [Int] {
        let sidecar = index.loaded.sidecar
        return index.loaded.items.columns.indices.filter { place in
            let name = index.loaded.items.columns[place]
            return name == sidecar.caption || name == sidecar.category || !ItemTable.labelColumns.contains(name)
        }
    }
}
