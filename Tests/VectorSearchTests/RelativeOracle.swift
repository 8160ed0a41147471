import Foundation
import IndexFiles
import Testing
import VectorSearch

/// A real index file of usearch, Annoy or Voyager, and what `make_searches.py` wrote down of the library's own searches on it.
struct RelativeOracle {
    /// One step of the library's search: a letter, the numbers behind it, and the distance. See `make_searches.py`.
    struct Step {
        let letter: Character
        let numbers: [Int]
        let distance: Float?

        init(_ text: Substring) {
            letter = text.first ?? " "
            let parts = text.dropFirst().split(separator: ":")
            // "u2:17" has a level and a node, all others a node and a distance.
            numbers = (letter == "u" ? parts[...] : parts.prefix(1)).compactMap { Int($0) }
            distance = letter == "u" ? nil : parts.dropFirst().first.flatMap { Float($0) }
        }
    }

    /// What one search was asked and answered.
    struct Row: Decodable, Sendable {
        let query: Int
        let k: Int
        let expansion: Int?
        let visited: Int?
        let computed: Int?
        let searchK: Int?
        let ef: Int?
        let labels: [String]?
        let distances: [Float?]?
        let steps: String
        let refused: String?
    }

    private struct Answers: Decodable, Sendable {
        let queries: [[Float]]
        let results: [Row]
    }

    private static let answers: [String: [String: Answers]] = {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        var all: [String: [String: Answers]] = [:]
        for library in ["usearch", "annoy", "voyager"] {
            guard let data = try? Data(contentsOf: Oracle.folder.appending(path: "\(library)_searches.json")) else {
                continue
            }
            all[library] = try? decoder.decode([String: Answers].self, from: data)
        }
        return all
    }()

    /// The indexes of a library that there are answers for.
    static func names(_ library: String) -> [String] { (answers[library] ?? [:]).keys.sorted() }

    static func path(_ file: String) -> String { Oracle.folder.appending(path: file).path }

    let index: IndexFile
    let queries: [[Float]]
    let rows: [Row]

    init(_ library: String, _ name: String, suffix: String) throws {
        let answers = try #require(Self.answers[library]?[name])
        var hints = IndexFileHints()
        if library == "annoy" {
            let data = try Data(contentsOf: Oracle.folder.appending(path: name + ".json"))
            let report = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
            hints = IndexFileHints(
                metric: (report["metric"] as? String).flatMap(Metric.init(named:)), dimension: report["f"] as? Int)
        }
        index = try IndexFile.open(path: Self.path(name + suffix), hints: hints)
        queries = answers.queries
        rows = answers.results
    }

    func steps(_ row: Row) -> [Step] { row.steps.split(separator: " ").map(Step.init) }

    /// Runs a search with a full trace and without any: the outcomes must be one.
    func run(_ query: [Float], _ parameters: SearchParameters) throws -> (outcome: SearchOutcome, events: [TraceEvent])
    {
        var recorder = TraceRecorder()
        let outcome = try Searcher().search(index, query: query, parameters: parameters, tracer: &recorder)
        var silent = NoTrace()
        let untraced = try Searcher().search(index, query: query, parameters: parameters, tracer: &silent)
        #expect(untraced == outcome)
        return (outcome, recorder.events)
    }

    /// Summing in another order moves the last bits: |a − b| ≤ 1e-5 max(|a|, |b|) + 1e-6 (1 + ‖q‖² + ‖x‖²).
    func isClose(_ a: Float, _ b: Float, query: [Float], node: UInt32) -> Bool {
        func squares(_ vector: [Float]) -> Float { vector.reduce(0) { $0 + $1 * $1 } }
        let scale = 1 + squares(query) + squares(index.vectorComponents(node))
        return a == b || abs(a - b) <= 1e-5 * max(abs(a), abs(b)) + 1e-6 * scale || (a.isNaN && b.isNaN)
    }

    func expectHits(_ outcome: SearchOutcome, _ row: Row, query: [Float]) throws {
        #expect(outcome.hits.map { "\($0.label)" } == row.labels)
        for (hit, distance) in zip(outcome.hits, try #require(row.distances)) {
            let distance = distance ?? .nan
            #expect(isClose(hit.distance, distance, query: query, node: hit.node), "\(hit), \(distance)")
        }
    }

    /// The trace alone leads to the same results.
    func expectReplay(_ outcome: SearchOutcome, _ events: [TraceEvent]) {
        let replay = TraceReplay(outcome.header, events) { index.label($0) }
        replay.move(to: events.count)
        #expect(replay.results == outcome.hits.map { ScoredNode(node: $0.node, distance: $0.distance) })
        #expect(replay.distances == outcome.counters.distances)
    }

    /// Compares what was traced with the steps of a library whose graph is searched as hnswlib's.
    func expectGraphSteps(_ events: [TraceEvent], _ row: Row, query: [Float]) throws {
        let steps = steps(row)
        // The library's distances, and ours: those of `enter`, `keep` and `reject`.
        // Without upper layers the library measures the entry twice in a row, and there is no step between.
        let hasUpperLayers = steps.contains { $0.letter == "u" }
        let measured = steps.filter { $0.letter == "d" }.dropFirst(hasUpperLayers ? 0 : 1)
        let ours = events.filter { [.enter, .keep, .reject].contains($0.kind) && !$0.distance.isNaN }
        #expect(ours.map { Int($0.to) } == measured.map { $0.numbers[0] })
        for (event, step) in zip(ours, measured) {
            let distance = try #require(step.distance)
            #expect(isClose(event.distance, distance, query: query, node: event.to), "\(event), \(distance)")
        }
        // Lists that are read, with their layer.
        let read = steps.filter { "ux".contains($0.letter) }.map { $0.letter == "u" ? $0.numbers : [0] + $0.numbers }
        let expanded = events.filter { $0.kind == .expand }.map { [Int($0.layer), Int($0.to)] }
        #expect(expanded == read)
        // What enters the queues of layer 0: a "k" follows the distance.
        var kept: [Int] = []
        for (place, step) in steps.enumerated() where step.letter == "k" { kept.append(steps[place - 1].numbers[0]) }
        #expect(events.filter { $0.kind == .keep && $0.layer == 0 }.map { Int($0.to) } == kept)
        #expect(events.filter { $0.kind == .stop }.count == 1 && events.last?.kind == .stop)
    }
}
