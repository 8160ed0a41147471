internal import VectorSearch

extension TraceBreakdown {
    /// Cells that are told one by one.
    private static let maxCells = 16

    /// A line for each stage, and below it one for each layer or cell.
    var lines: [String] {
        stages.flatMap { stage -> [String] in
            var parts: [String] = []
            if !stage.cells.isEmpty { parts.append(Self.count(stage.cells.count, "cell") + " opened") }
            if stage.leaves > 0 { parts.append(Self.count(stage.leaves, "leaf", "leaves") + " opened") }
            parts += Self.parts(stage.counts)
            let layers = stage.layers.map { layer in
                "  layer \(layer.number): "
                    + (["from \(layer.entry)"] + Self.parts(layer.counts)).joined(separator: ", ")
            }
            if parts.isEmpty, layers.isEmpty { parts = ["nothing to do"] }
            return [Self.title(stage.header) + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))] + layers
                + Self.cells(stage.cells)
        }
    }

    static func title(_ stage: TraceHeader.Stage) -> String {
        stage.nodes == .centroids ? "\(stage.name) (of centroids)" : stage.name
    }

    private static func cells(_ cells: [Cell]) -> [String] {
        var lines = cells.prefix(maxCells).map { cell in
            let parts = parts(cell.counts)
            let centroid = cell.distance.isNaN ? "" : " (centroid at \(cell.distance))"
            return "  cell \(cell.number)\(centroid): " + (parts.isEmpty ? "empty" : parts.joined(separator: ", "))
        }
        if cells.count > maxCells {
            let rest = cells.dropFirst(maxCells)
            let distances = rest.reduce(0) { $0 + $1.counts.distances }
            lines.append("  and \(count(rest.count, "more cell")) with \(count(distances, "distance"))")
        }
        return lines
    }

    private static func parts(_ counts: Counts) -> [String] {
        var parts: [String] = []
        if counts.splits > 0 { parts.append(count(counts.splits, "split")) }
        if counts.lists > 0 { parts.append(count(counts.lists, "neighbour list") + " read") }
        if counts.distances > 0 { parts.append(count(counts.distances, "distance")) }
        if counts.kept > 0 { parts.append("\(counts.kept) kept") }
        if counts.passed > 0 { parts.append("\(counts.passed) passed over") }
        if let nearest = counts.nearest { parts.append("nearest \(nearest.distance) at \(nearest.node)") }
        return parts
    }

    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        "\(number) \(number == 1 ? noun : plural ?? noun + "s")"
    }
}
