import Foundation
import IndexFiles
import Testing
import VectorSearch

/// Every recorded answer of the real libraries: labels, distances, visiting order and counters.
@Suite("Search against the real libraries")
struct OracleSearchTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Oracle")

    static func names(_ prefix: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasPrefix(prefix) && $0.hasSuffix(".bin") }.sorted().map { String($0.dropLast(4)) }
    }

    struct Oracle {
        let index: IndexFile
        let queries: [[Float]]
        let rows: [[String: Any]]

        init(_ name: String) throws {
            let data = try Data(contentsOf: OracleSearchTests.folder.appending(path: name + ".json"))
            let text = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "NaN", with: "null")
            let json = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            let meta = json["meta"] as? [String: Any]
            let metric = (meta?["metric"] as? String).flatMap(Metric.init(rawValue:))
            index = try IndexFile.open(
                path: OracleSearchTests.folder.appending(path: name + ".bin").path, hints: .init(metric: metric))
            queries = (json["queries"] as? [[Double]] ?? []).map { $0.map { Float($0) } }
            rows = json["results"] as? [[String: Any]] ?? []
        }

        func run(_ row: [String: Any]) throws -> (query: [Float], outcome: SearchOutcome, events: [TraceEvent]) {
            let query = queries[try #require(row["query"] as? Int)]
            let parameters = SearchParameters(
                k: try #require(row["k"] as? Int), efSearch: row["ef"] as? Int, nprobe: row["nprobe"] as? Int)
            var recorder = TraceRecorder()
            let outcome = try Searcher().search(index, query: query, parameters: parameters, tracer: &recorder)
            var silent = NoTrace()
            let untraced = try Searcher().search(index, query: query, parameters: parameters, tracer: &silent)
            #expect(untraced == outcome)
            return (query, outcome, recorder.events)
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

    /// The files whose searches are traced; all others are declined by name.
    static let searched =
        names("hnswlib_").filter { $0 != "hnswlib_bruteforce" } + [
            "faiss_flat_empty", "faiss_flat_ip", "faiss_flat_l2", "faiss_idmap2_flat", "faiss_idmap_flat",
            "faiss_idmap_ivf",
            "faiss_ivf_directmap", "faiss_ivf_empty", "faiss_ivf_flat_ip", "faiss_ivf_flat_l2", "faiss_ivf_hashmap",
            "faiss_ivf_ids", "faiss_ivf_ondisk", "faiss_ivf_sparse",
        ]

    /// IVF files whose cells are probed, while the codes in them are not compared yet.
    static let probed = [
        "faiss_ivf_fp16", "faiss_ivf_pq", "faiss_ivf_pq_ip", "faiss_ivf_pq_nbits6", "faiss_ivf_pq_noresidual",
        "faiss_ivf_pqfs", "faiss_ivf_pqr", "faiss_ivf_sq4", "faiss_ivf_sq8", "faiss_ivf_sq8_ip",
    ]

    @Test("the cells of coded IVF files are opened as the library does, and no result is made up", arguments: probed)
    func probes(name: String) throws {
        let oracle = try Oracle(name)
        #expect(oracle.index.searchLimit?.hasPrefix("probes only: ") == true)
        var compared = 0
        for row in oracle.rows {
            guard let probes = row["probes"] as? [Int], let distances = row["probe_distances"] as? [Double] else {
                continue
            }
            let (_, outcome, events) = try oracle.run(row)
            let opened = events.filter { $0.kind == .open }
            #expect(opened.map { Int($0.to) } == probes)
            for (event, distance) in zip(opened, distances) {
                #expect(abs(Double(event.distance) - distance) <= 1e-4 * max(1, abs(distance)))
            }
            #expect(outcome.hits.isEmpty && outcome.limit == oracle.index.searchLimit)
            compared += 1
        }
        #expect(compared == 30)
    }

    static let declinedNames = names("").filter { !searched.contains($0) && !probed.contains($0) }

    @Test("an index of a kind that is not searched yet says so", arguments: declinedNames)
    func declined(name: String) throws {
        let index = try IndexFile.open(path: Self.folder.appending(path: name + ".bin").path)
        #expect(index.searchObstacle?.contains("not supported yet") == true)
        var tracer = NoTrace()
        let error = #expect(throws: SearchError.self) {
            try Searcher().search(
                index, query: Array(repeating: 0, count: index.dimension), parameters: SearchParameters(k: 1),
                tracer: &tracer)
        }
        #expect(error?.code == .notSearchable)
    }

    @Test(
        "hnswlib: results, pops, calls, upper steps and counters",
        arguments: searched.filter { $0.hasPrefix("hnswlib") })
    func hnswlib(name: String) throws {
        let oracle = try Oracle(name)
        for row in oracle.rows {
            let (query, outcome, events) = try oracle.run(row)
            let trace = try #require(row["trace"] as? [String: Any])
            let found = try #require(row["found"] as? [String: Any])
            guard row["order_robust"] as? Bool == true else { continue }
            oracle.expectHits(
                outcome, labels: (found["labels"] as? [Any] ?? []).map { "\($0)" },
                distances: found["distances"] as? [Double] ?? [], query: query)
            let base = events.filter { $0.layer == 0 }
            #expect(base.filter { $0.kind == .expand }.map { Int($0.to) } == trace["pops"] as? [Int])
            #expect(Int(try #require(base.first { $0.kind == .enter }).to) == trace["base_entry"] as? Int)
            #expect(outcome.counters.distances == trace["distance_calls"] as? Int)
            #expect(outcome.counters.upperHops == trace["upper_hops"] as? Int)
            #expect(outcome.counters.upperListLengths == trace["upper_dc"] as? Int)
            #expect(upperScans(events) == trace["upper"] as? [[Int]])
            let stop = try #require(events.last)
            #expect(stop.kind == .stop)
            if !(trace["stop_at"] is NSNull) {
                let stopAt = try #require(trace["stop_at"] as? [Double])
                #expect(stop.to == TraceEvent.StopReason.bound.rawValue)
                #expect(Double(stop.from) == stopAt[0])
            } else {
                #expect(stop.to == TraceEvent.StopReason.exhausted.rawValue)
            }
            if trace["calls"] != nil {
                let calls = try #require(trace["calls"] as? [[Double]])
                let made = calledNodes(events)
                #expect(made.map { Double($0.node) } == calls.map { $0[0] })
                for (call, recorded) in zip(made, calls) where !call.distance.isNaN {
                    #expect(oracle.isClose(call.distance, Float(recorded[1]), query: query, node: call.node))
                }
            }
        }
    }

    /// [level, node whose list was read, best node after that], as the oracle has it.
    private func upperScans(_ events: [TraceEvent]) -> [[Int]] {
        var scans: [[Int]] = []
        for event in events where event.layer > 0 {
            switch event.kind {
            case .expand: scans.append([Int(event.layer), Int(event.to), Int(event.to)])
            case .keep: scans[scans.count - 1][2] = Int(event.to)
            default: continue
            }
        }
        return scans
    }

    /// The nodes whose distances the library computed, in order: the entry point, upper lists, the base entry again.
    private func calledNodes(_ events: [TraceEvent]) -> [(node: UInt32, distance: Float)] {
        var calls: [(node: UInt32, distance: Float)] = []
        for event in events {
            switch event.kind {
            case .enter where event.layer == 0:
                // With one layer only, the library computes the entry's distance twice and the trace enters once.
                if calls.isEmpty { calls.append((event.to, event.distance)) }
                if !event.distance.isNaN { calls.append((event.to, event.distance)) }
            case .enter where !event.distance.isNaN: calls.append((event.to, event.distance))
            case .keep, .reject: calls.append((event.to, event.distance))
            default: continue
            }
        }
        return calls
    }

    @Test("Faiss: results, probes, scanning order and counters", arguments: searched.filter { $0.hasPrefix("faiss") })
    func faiss(name: String) throws {
        let oracle = try Oracle(name)
        #expect(!oracle.rows.isEmpty)
        for row in oracle.rows {
            let (query, outcome, events) = try oracle.run(row)
            oracle.expectHits(
                outcome, labels: (row["labels"] as? [Any] ?? []).map { "\($0)" },
                distances: row["distances"] as? [Double] ?? [], query: query)
            if row["probes"] != nil {
                let probes = try #require(row["probes"] as? [Int])
                #expect(events.filter { $0.kind == .open }.map { Int($0.to) } == probes.filter { $0 >= 0 })
            }
            if row["stats"] != nil {
                let stats = try #require(row["stats"] as? [String: Any])
                #expect(outcome.counters.listVectors == stats["ndis"] as? Int)
                #expect(outcome.counters.lists == stats["nlist"] as? Int)
            }
            if row["scan_order"] != nil {
                let order = try #require(row["scan_order"] as? [Any])
                let scanned = events.filter { $0.flags == 1 && ($0.kind == .keep || $0.kind == .reject) }
                #expect(scanned.map { "\(oracle.index.label($0.to))" } == order.map { "\($0)" })
            }
        }
    }

    @Test("an index without results: empty, or all deleted")
    func nothingToFind() throws {
        for name in ["hnswlib_empty", "hnswlib_all_deleted", "faiss_flat_empty", "faiss_ivf_empty"] {
            let index = try Oracle(name).index
            var recorder = TraceRecorder()
            let outcome = try Searcher().search(
                index, query: [Float](repeating: 0.5, count: index.dimension), parameters: SearchParameters(k: 5),
                tracer: &recorder)
            #expect(outcome.hits.isEmpty)
            #expect(recorder.events.last?.kind == .stop)
        }
    }

    @Test("a query that no library would take is refused by name")
    func refusals() throws {
        let index = try Oracle("hnswlib_tutorial").index
        let good = [Float](repeating: 1, count: index.dimension)
        func code(_ query: [Float], _ parameters: SearchParameters) -> SearchError.Code? {
            var tracer = NoTrace()
            do {
                _ = try Searcher().search(index, query: query, parameters: parameters, tracer: &tracer)
                return nil
            } catch { return error.code }
        }
        #expect(code([1, 2], SearchParameters(k: 1)) == .wrongDimension)
        #expect(code([.nan] + good.dropFirst(), SearchParameters(k: 1)) == .notFinite)
        #expect(code(good, SearchParameters(k: 0)) == .invalidParameter)
        #expect(code(good, SearchParameters(k: 1, efSearch: 0)) == .invalidParameter)
        #expect(code(good, SearchParameters(k: 5000)) == nil)
    }

    @Test("a recorder hands on batches, stops at its limit and cancels")
    func recorder() throws {
        let index = try Oracle("hnswlib_tutorial").index
        let query = index.vectorComponents(40)
        var whole = TraceRecorder()
        _ = try Searcher().search(index, query: query, parameters: .init(k: 10, efSearch: 100), tracer: &whole)
        let received = Received()
        var batched = TraceRecorder(batchEvents: 64, sink: { events, first in received.add(events, first) })
        _ = try Searcher().search(index, query: query, parameters: .init(k: 10, efSearch: 100), tracer: &batched)
        batched.flush()
        #expect(received.events == whole.events)
        #expect(received.batches > 1)

        var limited = TraceRecorder(maxEvents: 100)
        _ = try Searcher().search(index, query: query, parameters: .init(k: 10, efSearch: 100), tracer: &limited)
        #expect(limited.events == Array(whole.events.prefix(100)))
        #expect(limited.isTruncated && limited.eventCount == whole.eventCount)

        var cancelled = TraceRecorder(shouldCancel: { true })
        let outcome = try Searcher().search(index, query: query, parameters: .init(k: 10), tracer: &cancelled)
        #expect(!outcome.isComplete)
        #expect(cancelled.events.last?.to == TraceEvent.StopReason.cancelled.rawValue)
    }

    /// What a sink got. `@unchecked Sendable`: the sink is called on the searching thread, which is the test's own.
    private final class Received: @unchecked Sendable {
        var events: [TraceEvent] = []
        var batches = 0

        func add(_ batch: ArraySlice<TraceEvent>, _ first: Int) {
            #expect(first == events.count)
            events += batch
            batches += 1
        }
    }
}
