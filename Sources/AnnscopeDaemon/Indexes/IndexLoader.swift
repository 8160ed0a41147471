internal import Glibc
internal import IndexFiles
internal import WireProtocol

/// Reads an index file with all that its sidecar names. Runs on a worker thread.
struct IndexLoader: Sendable {
    let maxFileBytes: Int

    /// A writer that is still at work gets 2 s before the file counts as unreadable.
    private static let attempts = 40
    private static let pauseMicroseconds: UInt32 = 50_000
    private static let maxQueriesBytes = 64 << 20

    func load(path: String) throws(IndexFileError) -> LoadedIndex {
        var warnings: [String] = []
        var sidecar = Sidecar()
        do { sidecar = try Sidecar.beside(path) } catch {
            warnings.append("the sidecar is left aside: \(error)")
        }
        let file = try open(path, IndexFileHints(metric: sidecar.metric, dimension: sidecar.dimension))
        var items = ItemTable.empty
        do { items = try sidecar.itemTable(besideIndex: path) } catch { warnings.append(error.description) }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let (queries, note) = readQueries(sidecar, folder, dimension: file.dimension, &warnings)
        return LoadedIndex(
            file: file, sidecar: sidecar, items: items, labels: LabelTable(file), queries: queries, queriesNote: note,
            sidecarWarnings: warnings)
    }

    private func open(_ path: String, _ hints: IndexFileHints) throws(IndexFileError) -> IndexFile {
        var attempt = 1
        while true {
            do {
                return try IndexFile.open(path: path, hints: hints, maxBytes: maxFileBytes, requiresQuietWriter: true)
            } catch  where error.code == .changedWhileReading && attempt < Self.attempts {
                attempt += 1
                usleep(Self.pauseMicroseconds)
            }
        }
    }

    private func readQueries(
        _ sidecar: Sidecar, _ folder: String, dimension: Int, _ warnings: inout [String]
    ) -> ([LoadedIndex.PreparedQuery], String?) {
        guard let name = sidecar.queries else { return ([], nil) }
        guard let bytes = FileReading.bytes(of: folder + name, limit: Self.maxQueriesBytes),
            let json = try? JSONValue(parsing: bytes, maxBytes: Self.maxQueriesBytes),
            case .array(let rows)? = json["queries"]
        else {
            warnings.append("the queries file \(folder + name) could not be read")
            return ([], nil)
        }
        var queries: [LoadedIndex.PreparedQuery] = []
        for (place, row) in rows.enumerated() {
            guard case .array(let numbers)? = row["vector"] else {
                warnings.append("query \(place) of \(folder + name) has no vector")
                continue
            }
            let vector = numbers.compactMap(\.float)
            guard vector.count == dimension else {
                warnings.append(
                    "query \(place) of \(folder + name) has \(vector.count) components, the index \(dimension)")
                continue
            }
            queries.append(.init(text: row["text"]?.text, image: row["image"]?.text, vector: vector))
        }
        return (queries, json["note"]?.text)
    }
}

extension JSONValue {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
