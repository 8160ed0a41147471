import Foundation
import IndexFiles
import Testing

@testable import VectorSearch

/// Every recorded search of every oracle file, told again from its trace alone.
@Suite("Replaying traces")
struct TraceReplayTests {
    static let names = Oracle.names("faiss_") + Oracle.names("hnswlib_")

    @Test("the last step leaves the search's own results, and the counts add up", arguments: names)
    func ends(name: String) throws {
        let oracle = try Oracle(name)
        for row in oracle.rows {
            let (outcome, events) = try oracle.record(row)
            let replay = TraceReplay(outcome.header, events, id: oracle.index.orderingID)
            replay.move(to: events.count)
            #expect(replay.results == outcome.hits.map { ScoredNode(node: $0.node, distance: $0.distance) })
            expectSums(replay, outcome)
        }
    }

    @Test("usearch: likewise", arguments: RelativeOracle.names("usearch"))
    func usearch(name: String) throws {
        let oracle = try RelativeOracle("usearch", name, suffix: ".usearch")
        for row in oracle.rows {
            let (outcome, events) = try oracle.run(
                oracle.queries[row.query], SearchParameters(k: row.k, efSearch: row.expansion))
            let replay = TraceReplay(outcome.header, events)
            replay.move(to: events.count)
            #expect(replay.results.map(\.node) == outcome.hits.map(\.node))
            expectSums(replay, outcome)
        }
    }

    @Test("Annoy: likewise, by the distances it ranks by", arguments: RelativeOracle.names("annoy"))
    func annoy(name: String) throws {
        let oracle = try RelativeOracle("annoy", name, suffix: ".ann")
        for row in oracle.rows {
            let (outcome, events) = try oracle.run(
                oracle.queries[row.query], SearchParameters(k: row.k, searchK: row.searchK == -1 ? nil : row.searchK))
            let replay = TraceReplay(outcome.header, events)
            replay.move(to: events.count)
            #expect(replay.results.map(\.node) == outcome.hits.map(\.node))
            expectSums(replay, outcome)
        }
    }

    private func expectSums(_ replay: TraceReplay, _ outcome: SearchOutcome) {
        let stages = replay.stages
        let counters = outcome.counters
        let cells = stages.flatMap(\.cells)
        let layers = stages.flatMap(\.layers)
        #expect(replay.distances == counters.distances)
        let hops = layers.reduce(0) { $0 + $1.hops } + stages.reduce(0) { $0 + $1.treeNodes }
        #expect(hops == counters.expansions)
        #expect(stages.reduce(0) { $0 + $1.rescored } == counters.rescored)
        #expect(cells.count { $0.size > 0 } == counters.lists)
        if !cells.isEmpty { #expect(cells.reduce(0) { $0 + $1.size } == counters.listVectors) }
        for stage in stages where !stage.layers.isEmpty {
            #expect(stage.layers.reduce(0) { $0 + $1.distances } == stage.distances)
        }
        for stage in stages where !stage.cells.isEmpty {
            #expect(stage.cells.reduce(0) { $0 + $1.computed } == stage.distances)
        }
    }

    @Test("the cells that open are the quantizer's results in its order")
    func probes() throws {
        for name in ["faiss_ivf_flat_l2", "faiss_ivf_hnsw_quantizer", "faiss_ivf_flat_ip", "faiss_ivf_pqr"] {
            let oracle = try Oracle(name)
            for row in oracle.rows {
                let (outcome, events) = try oracle.record(row)
                let replay = TraceReplay(outcome.header, events)
                replay.move(to: events.count)
                let coarse = replay.stages[0].results.prefix(outcome.header.stages[0].k)
                #expect(replay.stages[1].cells.map(\.cell) == coarse.map(\.node))
            }
        }
    }

    @Test(
        "every step of the route is a link that was read", arguments: ["faiss_hnsw_deep", "faiss_nsg", "hnswlib_deep"])
    func routes(name: String) throws {
        let oracle = try Oracle(name)
        let (outcome, events) = try oracle.record(try #require(oracle.rows.last))
        let links = Set(events.filter { $0.kind == .keep }.map { [Int($0.layer), Int($0.from), Int($0.to)] })
        let replay = TraceReplay(outcome.header, events)
        var longest = 0
        for cursor in stride(from: 1, through: events.count, by: 7) {
            replay.move(to: cursor)
            let route = replay.stages[0].route
            longest = max(longest, route.count)
            for (a, b) in zip(route, route.dropFirst()) where a.layer == b.layer {
                #expect(links.contains([a.layer, Int(a.node), Int(b.node)]))
            }
        }
        #expect(longest > 2)
    }

    @Test("going back gives what going forward gave")
    func back() throws {
        let oracle = try Oracle("faiss_hnsw_deep")
        let (outcome, events) = try oracle.record(try #require(oracle.rows.first))
        let replay = TraceReplay(outcome.header, events)
        let cursors = [0, 1, events.count / 2, events.count]
        let forward = cursors.map { cursor in
            replay.move(to: cursor)
            return (replay.stages, replay.departures)
        }
        for (cursor, (stages, departures)) in zip(cursors, forward).reversed() {
            replay.move(to: cursor)
            #expect(replay.stages == stages && replay.departures == departures)
        }
    }

    @Test(
        "a summary counts what the full trace tells",
        arguments: ["faiss_hnsw_flat", "faiss_ivf_pqr", "hnswlib_deleted"])
    func summary(name: String) throws {
        let oracle = try Oracle(name)
        var recorder = TraceRecorder(detail: .summary)
        let outcome = try Searcher().search(
            oracle.index, query: oracle.queries[0], parameters: SearchParameters(k: 5, efSearch: 20, nprobe: 4),
            tracer: &recorder)
        recorder.flush()
        let replay = TraceReplay(outcome.header, recorder.events)
        replay.move(to: recorder.events.count)
        #expect(replay.stages.contains { $0.isSummarised })
        #expect(replay.distances == outcome.counters.distances)
        #expect(replay.stages.flatMap(\.layers).reduce(0) { $0 + $1.hops } == outcome.counters.expansions)
        #expect(replay.stages.reduce(0) { $0 + $1.rescored } == outcome.counters.rescored)
    }
}

extension IndexFile {
    /// What the library orders equal distances by.
    func orderingID(_ node: UInt32) -> VectorLabel {
        switch structure {
        case .ivf(let lists): lists.label(node)
        case .hnsw: label(node)
        default: VectorLabel(node)
        }
    }
}
