import Foundation
import IndexFiles
import Testing
import VectorSearch

/// Annoy 1.17.3's own answers and steps.
@Suite("Search of Annoy's forests")
struct AnnoySearchTests {
    @Test func `there are answers for every metric`() {
        #expect(RelativeOracle.names("annoy").count >= 14)
    }

    @Test(arguments: RelativeOracle.names("annoy"))
    func `a search takes the library's steps and finds what it finds`(name: String) throws {
        let oracle = try RelativeOracle("annoy", name, suffix: ".ann")
        for row in oracle.rows {
            let query = oracle.queries[row.query]
            let searchK = try #require(row.searchK)
            let parameters = SearchParameters(
                k: row.k, searchK: searchK == -1 ? nil : searchK)
            let (outcome, events) = try oracle.run(query, parameters)
            #expect(outcome.header.algorithm == .annoy)
            try oracle.expectHits(outcome, row, query: query)
            try expectSteps(events, oracle.steps(row), oracle, query)
            oracle.expectReplay(outcome, events)
        }
    }

    /// What the library makes of a distance by which it ranked.
    private func returned(_ distance: Float, _ metric: Metric) -> Float {
        switch metric {
        case .angular, .euclidean: max(distance, 0).squareRoot()
        case .dot: -distance
        default: distance
        }
    }

    private func expectSteps(
        _ events: [TraceEvent], _ steps: [RelativeOracle.Step], _ oracle: RelativeOracle, _ query: [Float]
    ) throws {
        let roots = events.filter { $0.kind == .enter && $0.flags == 0 && $0.to != TraceEvent.none }
        #expect(roots.map { Int($0.to) } == steps.filter { $0.letter == "r" }.map { $0.numbers[0] })

        let walked = steps.filter { "sib".contains($0.letter) }
        let popped = events.filter { [.split, .open].contains($0.kind) }
        #expect(popped.map { Int($0.to) } == walked.map { $0.numbers[0] })
        for (event, step) in zip(popped, walked) {
            #expect((event.kind == .split) == (step.letter == "s"))
            // Hamming's priorities are counted from another end.
            guard oracle.index.metric != .hamming else { continue }
            let priority = try #require(step.distance)
            guard priority.isFinite else {
                #expect(event.distance.isNaN)
                continue
            }
            #expect(abs(event.distance - priority) <= 1e-5 * (1 + abs(priority)), "\(event), \(priority)")
        }

        let measured = steps.filter { $0.letter == "d" }
        let ours = events.filter { [.keep, .reject].contains($0.kind) }
        #expect(ours.map { Int($0.to) } == measured.map { $0.numbers[0] })
        for (event, step) in zip(ours, measured) {
            let distance = returned(try #require(step.distance), oracle.index.metric)
            #expect(oracle.isClose(event.distance, distance, query: query, node: event.to), "\(event), \(distance)")
        }
    }

    @Test func `kept items are those that were among the nearest when they came`() throws {
        let oracle = try RelativeOracle("annoy", "annoy_ties_euclidean", suffix: ".ann")
        let (outcome, events) = try oracle.run(oracle.queries[0], SearchParameters(k: 4, searchK: 1000))
        var nearest: [Float] = []
        for event in events where [.keep, .reject].contains(event.kind) {
            let isNear = nearest.count < 4 || event.distance < nearest[3]
            #expect((event.kind == .keep) == isNear)
            if isNear { nearest = Array((nearest + [event.distance]).sorted().prefix(4)) }
        }
        #expect(outcome.counters.distances == 60)
    }

    @Test func `the stages are the trees and the candidates`() throws {
        let oracle = try RelativeOracle("annoy", "annoy_euclidean", suffix: ".ann")
        let header = try TraceHeader(oracle.index, SearchParameters(k: 7))
        #expect(header.stages.map(\.name) == ["trees", "candidates"])
        #expect(header.stages.map(\.nodes) == [.tree, .vectors])
        #expect(header.searchK == 21)
    }

    @Test func `parameters that Annoy does not take are refused`() throws {
        let oracle = try RelativeOracle("annoy", "annoy_euclidean", suffix: ".ann")
        let filter = NodeFilter(count: oracle.index.count) { _ in true }
        var silent = NoTrace()
        #expect(throws: SearchError.self) {
            try Searcher().search(
                oracle.index, query: oracle.queries[0], parameters: SearchParameters(k: 1), filter: filter,
                tracer: &silent)
        }
        #expect(throws: SearchError.self) { try oracle.run(oracle.queries[0], SearchParameters(k: 1, searchK: 0)) }
    }

    /// Splits whose children are both the node before: the branches would double with every step.
    @Test func `a file whose splits share their children is found out`() throws {
        var bytes = [UInt8](try Data(contentsOf: Oracle.folder.appending(path: "annoy_euclidean.ann")))
        let nodeBytes = 36
        func write(_ value: Int, at place: Int) {
            withUnsafeBytes(of: Int32(value).littleEndian) { bytes.replaceSubrange(place..<(place + 4), with: $0) }
        }
        let hints = IndexFileHints(metric: .euclidean, dimension: 5)
        let sound = try IndexFile.parse(bytes: bytes, path: "annoy.ann", hints: hints)
        guard case .forest(let forest) = sound.structure else { return #expect(Bool(false), "no forest") }
        let splits = (60..<UInt32(forest.nodeCount)).filter {
            forest.kind(of: $0) == .split && forest.descendants(of: $0) < forest.count
        }
        for (place, split) in splits.enumerated().dropFirst() {
            for side in 0..<2 { write(Int(splits[place - 1]), at: Int(split) * nodeBytes + 8 + 4 * side) }
        }
        let damaged = try IndexFile.parse(bytes: bytes, path: "annoy.ann", hints: hints)
        var silent = NoTrace()
        #expect {
            try Searcher().search(
                damaged, query: [0, 0, 0, 0, 0], parameters: SearchParameters(k: 60, searchK: .max), tracer: &silent)
        } throws: {
            ($0 as? SearchError)?.code == .damagedFile
        }
    }
}
