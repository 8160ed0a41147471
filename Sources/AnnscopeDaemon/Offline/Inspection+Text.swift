public import IndexFiles
internal import VectorSearch

extension Inspection {
    /// Opens an index with no daemon running.
    ///
    /// - Parameters:
    ///   - hints: what they leave open is taken from the sidecar, if there is one beside the file.
    ///   - sampleSize: so many of the first nodes are shown with their vectors; at most `maxSampleSize`.
    /// - Throws: `IndexFileError` for the file, `SidecarError` for what stands beside it.
    public static func open(path: String, hints: IndexFileHints, sampleSize: Int = 0) throws -> Inspection {
        Inspection(
            try IndexFile.open(path: path, hints: try Sidecar.hints(beside: path, over: hints)), sampleSize: sampleSize)
    }

    /// The same for people, a line each.
    public var lines: [String] {
        let guess = file.metricIsGuessed ? " (guessed)" : ""
        var lines = [
            "\(file.path): \(file.library.rawValue), \(file.object.kind)",
            "\(file.count) vectors of \(file.dimension) components, \(storage)",
            "metric \(file.metric.rawValue)\(guess): \(file.metricReason)",
        ]
        lines += structure
        if let deleted = file.deletedCount, file.structure.graph != nil { lines.append("deleted: \(deleted)") }
        lines.append(
            file.searchObstacle.map { "can be shown, but \($0)" }
                ?? "can be searched step by step\(file.searchLimit.map { ", \($0)" } ?? "")")
        lines.append(memory)
        lines += file.header.map { "  \($0.name) = \($0.value)" }
        lines += sample.map { node in
            let components = node.vector.map { $0.map(\.description).joined(separator: ", ") }
            return "node \(node.node), label \(node.label): \(components.map { "[\($0)]" } ?? "not stored in the file")"
        }
        lines += file.warnings.map { warning in
            "warning: \(warning.field)\(warning.offset.map { " at byte \($0)" } ?? ""): \(warning.message)"
        }
        return lines
    }

    private var storage: String {
        guard let vectors = file.vectors else { return "not stored in the file" }
        let transformed = vectors.dimension == file.dimension ? "" : " of \(vectors.dimension) components"
        return "stored as \(vectors.encoding.name)\(transformed)\(vectors.areExact ? "" : ", not exactly")"
    }

    private var structure: [String] {
        if let graph = file.structure.graph {
            return zip(graph.nodesPerLevel, graph.linksPerLevel()).enumerated().reversed().map { level, figures in
                "layer \(level): \(figures.0) nodes, \(figures.1) links"
            }
        }
        switch file.structure {
        case .ivf(let lists):
            let sizes = ListSizes(lists)
            return [
                "\(lists.nlist) cells of \(sizes.smallest) to \(sizes.largest) vectors, median \(sizes.median), 90 % up to "
                    + "\(sizes.p90), \(sizes.empty) empty, imbalance \(Self.rounded(sizes.imbalance))",
                "coarse quantizer: \(lists.quantizer.kind)",
            ] + (lists.dataFile.map { ["lists in \($0)"] } ?? [])
        case .forest(let forest): return ["\(forest.treeCount) trees"]
        default: return ["one after the other, no structure"]
        }
    }

    private var memory: String {
        let figures = file.memory
        return
            "memory: \(figures.fileBytes) bytes of files, \(figures.privateBytes) private, \(figures.mappedBytes) mapped, "
            + "\(figures.residentBytes) resident, \(figures.tableBytes) in tables"
    }

    private static func rounded(_ value: Double) -> String { String((value * 100).rounded() / 100) }
}
