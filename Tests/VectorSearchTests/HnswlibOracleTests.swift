import Foundation
import IndexFiles
import Testing
import VectorSearch

/// Every recorded answer of hnswlib: labels, distances, visiting order and counters.
@Suite("hnswlib searches against the real library")
struct HnswlibOracleTests {
    @Test(
        "hnswlib: results, pops, calls, upper steps and counters",
        arguments: Oracle.names("hnswlib_").filter { $0 != "hnswlib_bruteforce" })
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
            #expect(outcome.counters["metric_hops"] == trace["upper_hops"] as? Int)
            #expect(outcome.counters["metric_distance_computations"] == trace["upper_dc"] as? Int)
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
}
