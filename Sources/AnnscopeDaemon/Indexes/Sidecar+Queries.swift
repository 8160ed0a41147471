internal import WireProtocol

extension Sidecar {
    private static let maxQueriesBytes = 64 << 20

    /// The queries that come with an index, and a note on them. What is odd about them is added to the warnings.
    func preparedQueries(
        besideIndex path: String, dimension: Int, _ warnings: inout [String]
    ) -> ([LoadedIndex.PreparedQuery], String?) {
        guard let name = queries else { return ([], nil) }
        let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
        guard let bytes = FileReading.bytes(of: folder + name, limit: Self.maxQueriesBytes) else {
            warnings.append("the queries file \(folder + name) could not be read")
            return ([], nil)
        }
        return Self.queries(in: bytes, file: folder + name, dimension: dimension, &warnings)
    }

    /// Likewise, of the bytes of the file with the queries.
    static func queries(
        in bytes: [UInt8], file: String, dimension: Int, _ warnings: inout [String]
    ) -> ([LoadedIndex.PreparedQuery], String?) {
        guard let json = try? JSONValue(parsing: bytes, maxBytes: maxQueriesBytes),
            case .array(let rows)? = json["queries"]
        else {
            warnings.append("the queries file \(file) could not be read")
            return ([], nil)
        }
        var queries: [LoadedIndex.PreparedQuery] = []
        for (place, row) in rows.enumerated() {
            guard case .array(let numbers)? = row["vector"] else {
                warnings.append("query \(place) of \(file) has no vector")
                continue
            }
            let vector = numbers.compactMap(\.float)
            guard vector.count == dimension else {
                warnings.append(
                    "query \(place) of \(file) has \(vector.count) components, the index \(dimension)")
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
