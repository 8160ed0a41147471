import IndexFiles
import Testing
import VectorSearch

/// Voyager 2.2.3's own answers and steps.
@Suite("Search of Voyager's indexes")
struct VoyagerSearchTests {
    @Test func `there are answers for every space and number format`() {
        #expect(RelativeOracle.names("voyager").count >= 14)
    }

    @Test(arguments: RelativeOracle.names("voyager"))
    func `a search takes the library's steps and finds what it finds`(name: String) throws {
        let oracle = try RelativeOracle("voyager", name, suffix: ".voy")
        for row in oracle.rows {
            let query = oracle.queries[row.query]
            let ef = try #require(row.ef)
            let parameters = SearchParameters(k: row.k, efSearch: ef == -1 ? nil : ef)
            if let refusal = row.refused, refusal.hasPrefix("One or more") {
                #expect(throws: SearchError.self) { try oracle.run(query, parameters) }
                continue
            }
            let (outcome, events) = try oracle.run(query, parameters)
            try oracle.expectGraphSteps(events, row, query: query)
            oracle.expectReplay(outcome, events)
            if let refusal = row.refused {
                // Voyager raises an error where it finds fewer than k, and says how many there were.
                #expect(refusal.contains("only found \(outcome.hits.count) of \(parameters.k) "))
            } else {
                try oracle.expectHits(outcome, row, query: query)
            }
        }
    }

    @Test(arguments: RelativeOracle.names("voyager").filter { $0.hasSuffix("8") || $0.hasSuffix("e4m3") })
    func `distances between 8-bit vectors are the library's to the last bit`(name: String) throws {
        let oracle = try RelativeOracle("voyager", name, suffix: ".voy")
        for row in oracle.rows {
            guard let distances = row.distances else { continue }
            let ef = try #require(row.ef)
            let (outcome, _) = try oracle.run(
                oracle.queries[row.query],
                SearchParameters(k: row.k, efSearch: ef == -1 ? nil : ef))
            #expect(outcome.hits.map(\.distance) == distances)
        }
    }
}
