import Foundation
import IndexFiles
import Testing
import VectorSearch

/// A real index file and what the real library answered on it.
struct Oracle {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Oracle")

    static func names(_ prefix: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".bin") }.sorted().map { String($0.dropLast(4)) }
    }

    let index: IndexFile
    let queries: [[Float]]
    let rows: [[String: Any]]

    init(_ name: String) throws {
        let data = try Data(contentsOf: Self.folder.appending(path: name + ".json"))
        let text = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "NaN", with: "null")
        let json = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let meta = json["meta"] as? [String: Any]
        let metric = (meta?["metric"] as? String).flatMap(Metric.init(rawValue:))
        index = try IndexFile.open(
            path: Self.folder.appending(path: name + ".bin").path, hints: .init(metric: metric))
        let numbers = json["queries"] as? [[Double]] ?? []
        // Queries of binary indexes are bytes, the lowest bit first.
        queries =
            index.metric == .hamming
            ? numbers.map { bytes in bytes.flatMap { byte in (0..<8).map { Float(Int(byte) >> $0 & 1) } } }
            : numbers.map { $0.map { Float($0) } }
        rows = json["results"] as? [[String: Any]] ?? []
    }

    /// Runs a row's search with a full trace and without any: the outcomes must be one.
    func run(_ row: [String: Any]) throws -> (query: [Float], outcome: SearchOutcome, events: [TraceEvent]) {
        let (query, parameters) = try asked(row)
        let (outcome, events) = try record(row)
        var silent = NoTrace()
        let untraced = try Searcher().search(index, query: query, parameters: parameters, tracer: &silent)
        #expect(untraced == outcome)
        return (query, outcome, events)
    }

    /// Runs a row's search with a full trace.
    func record(_ row: [String: Any]) throws -> (outcome: SearchOutcome, events: [TraceEvent]) {
        let (query, parameters) = try asked(row)
        var recorder = TraceRecorder()
        let outcome = try Searcher().search(index, query: query, parameters: parameters, tracer: &recorder)
        return (outcome, recorder.events)
    }

    private func asked(_ row: [String: Any]) throws -> (query: [Float], parameters: SearchParameters) {
        let query = queries[try #require(row["query"] as? Int)]
        var parameters = SearchParameters(
            k: try #require(row["k"] as? Int), efSearch: (row["ef"] ?? row["efSearch"] ?? row["search_L"]) as? Int,
            nprobe: row["nprobe"] as? Int)
        parameters.isQueueBounded = row["bounded_queue"] as? Bool ?? true
        parameters.checksRelativeDistance = row["check_relative_distance"] as? Bool ?? true
        return (query, parameters)
    }

    /// Summing in another order moves the last bits: |a − b| ≤ 1e-5 max(|a|, |b|) + 1e-6 (‖q‖² + ‖x‖²).
    func isClose(_ a: Float, _ b: Float, query: [Float], node: UInt32) -> Bool {
        func squares(_ vector: [Float]) -> Float { vector.reduce(0) { $0 + $1 * $1 } }
        let scale = squares(query) + squares(index.vectorComponents(node))
        return abs(a - b) <= 1e-5 * max(abs(a), abs(b)) + 1e-6 * scale
    }

    func expectHits(_ outcome: SearchOutcome, labels: [String], distances: [Double], query: [Float]) {
        let found = labels.filter { $0 != "-1" }
        #expect(outcome.hits.map { "\($0.label)" } == found)
        for (hit, distance) in zip(outcome.hits, distances) {
            #expect(isClose(hit.distance, Float(distance), query: query, node: hit.node))
        }
    }
}
