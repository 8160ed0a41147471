import Foundation
import IndexFiles
import Testing
import VectorSearch

/// Every recorded answer of Faiss: labels, distances, probes, visiting order and counters.
@Suite("Faiss searches against the real library")
struct FaissOracleTests {
    /// Distances by tables of 8 bits, which are the library's own affair.
    static let rounded = ["faiss_ivf_pqfs", "faiss_pqfs"]
    static let names = Oracle.names("faiss_").filter { !rounded.contains($0) }

    @Test("results, probes, orders and counters", arguments: names)
    func rows(name: String) throws {
        let oracle = try Oracle(name)
        #expect(!oracle.rows.isEmpty)
        #expect(oracle.index.searchLimit == nil)
        for row in oracle.rows {
            let (query, outcome, events) = try oracle.run(row)
            oracle.expectHits(
                outcome, labels: (row["labels"] as? [Any] ?? []).map { "\($0)" },
                distances: row["distances"] as? [Double] ?? [], query: outcome.transformedQuery ?? query)
            try expectCells(row, outcome, events, oracle)
            for (counter, value) in row["stats"] as? [String: Any] ?? [:] {
                #expect(outcome.counters[counter] == value as? Int, "\(counter)")
            }
            if let visited = row["base_visit_order"] as? [Int] {
                #expect(baseVisits(events) == visited)
            }
            if let transformed = row["transformed_query"] as? [Double] {
                let own = try #require(outcome.transformedQuery)
                #expect(own.count == transformed.count)
                for (a, b) in zip(own, transformed) { #expect(abs(Double(a) - b) <= 1e-4 * max(1, abs(b))) }
            }
        }
    }

    /// The cells opened, with the quantizer's distances, and the vectors compared in them.
    private func expectCells(
        _ row: [String: Any], _ outcome: SearchOutcome, _ events: [TraceEvent], _ oracle: Oracle
    ) throws {
        let opened = events.filter { $0.kind == .open }
        if let probes = row["probes"] as? [Int] { #expect(opened.map { Int($0.to) } == probes.filter { $0 >= 0 }) }
        if let distances = row["probe_distances"] as? [Double] {
            for (event, distance) in zip(opened, distances) {
                #expect(abs(Double(event.distance) - distance) <= 1e-4 * max(1, abs(distance)))
            }
        }
        guard let order = row["scan_order"] as? [Any] else { return }
        let stage = outcome.header.stages.firstIndex { $0.name == "lists" }
        let scanned = events.filter {
            Int($0.flags & TraceEvent.stageMask) == stage && ($0.kind == .keep || $0.kind == .reject)
        }
        #expect(scanned.map { "\(oracle.index.label($0.to))" } == order.map { "\($0)" })
    }

    /// The base entry point, then every newly met neighbour.
    private func baseVisits(_ events: [TraceEvent]) -> [Int] {
        events.filter { $0.layer == 0 && ($0.kind == .enter || $0.kind == .keep || $0.kind == .reject) }
            .map { Int($0.to) }
    }

    @Test("packed codes: the library's cells, and neighbours as near as the library's", arguments: rounded)
    func packed(name: String) throws {
        let oracle = try Oracle(name)
        #expect(oracle.index.searchLimit?.contains("rounds its tables") == true)
        var shared = 0
        var wanted = 0
        for row in oracle.rows {
            let (_, outcome, events) = try oracle.run(row)
            try expectCells(row, outcome, events, oracle)
            let labels = Set((row["labels"] as? [Any] ?? []).map { "\($0)" }).subtracting(["-1"])
            shared += labels.intersection(outcome.hits.map { "\($0.label)" }).count
            wanted += labels.count
        }
        #expect(wanted > 0)
        // Only near ties fall otherwise.
        #expect(Double(shared) >= 0.9 * Double(wanted), "\(shared) of \(wanted)")
    }
}
