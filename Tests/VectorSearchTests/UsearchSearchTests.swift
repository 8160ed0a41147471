import IndexFiles
import Testing
import VectorSearch

/// usearch 2.26.6's own answers and steps.
@Suite("Search of usearch's indexes")
struct UsearchSearchTests {
    @Test func `there are answers for every kind of index`() {
        #expect(RelativeOracle.names("usearch").count >= 35)
    }

    @Test(arguments: RelativeOracle.names("usearch"))
    func `a search takes the library's steps and finds what it finds`(name: String) throws {
        let oracle = try RelativeOracle("usearch", name, suffix: ".usearch")
        for row in oracle.rows {
            let query = oracle.queries[row.query]
            let parameters = SearchParameters(
                k: row.k, efSearch: row.expansion)
            let (outcome, events) = try oracle.run(query, parameters)
            #expect(outcome.header.algorithm == .usearch)
            try oracle.expectHits(outcome, row, query: query)
            try oracle.expectGraphSteps(events, row, query: query)
            oracle.expectReplay(outcome, events)
            #expect(outcome.counters["visited_members"] ?? 0 == row.visited)
            #expect(outcome.counters["computed_distances"] ?? 0 == row.computed)
        }
    }

    /// The vectors are the same, and so are slots and links.
    @Test func `wide sizes of the matrix change no step`() throws {
        let narrow = try RelativeOracle("usearch", "usearch_u40", suffix: ".usearch")
        let wide = try IndexFile.open(path: RelativeOracle.path("usearch_wide.usearch"))
        for query in narrow.queries {
            let parameters = SearchParameters(k: 5)
            let (outcome, events) = try narrow.run(query, parameters)
            var recorder = TraceRecorder()
            let other = try Searcher().search(wide, query: query, parameters: parameters, tracer: &recorder)
            #expect(other == outcome)
            #expect(recorder.events == events)
        }
    }

    @Test func `an index without its vectors is declined by name`() throws {
        let index = try IndexFile.open(path: RelativeOracle.path("usearch_nomatrix.usearch"))
        #expect(index.searchObstacle?.contains("not in the file") == true)
    }

    @Test func `the expansion is usearch's default where none is told`() throws {
        let oracle = try RelativeOracle("usearch", "usearch_l2sq_f32", suffix: ".usearch")
        #expect(try TraceHeader(oracle.index, SearchParameters(k: 3)).efSearch == 64)
        #expect(try TraceHeader(oracle.index, SearchParameters(k: 100)).efSearch == 100)
    }

    @Test func `a filter takes the part of usearch's predicate`() throws {
        let oracle = try RelativeOracle("usearch", "usearch_removed", suffix: ".usearch")
        let filter = NodeFilter(count: oracle.index.count) { $0 % 3 == 0 }
        var recorder = TraceRecorder()
        let outcome = try Searcher().search(
            oracle.index, query: oracle.queries[0], parameters: SearchParameters(k: 40), filter: filter,
            tracer: &recorder)
        let expected = (0..<UInt32(oracle.index.count)).filter { $0 % 3 == 0 && !oracle.index.isDeleted($0) }
        #expect(outcome.hits.map(\.node).sorted() == expected)
        for event in recorder.events where event.kind == .keep && event.layer == 0 {
            #expect((event.flags & TraceEvent.notAResult == 0) == expected.contains(event.to))
        }
    }
}
