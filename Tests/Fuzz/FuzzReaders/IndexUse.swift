import IndexFiles
import VectorSearch

/// Uses an index as its users do, within bounded work: the readers promise that nothing here needs a check.
enum IndexUse {
    private static let maxNodes = 2000
    private static let maxComponents = 100_000
    private static let maxSearchedComponents = 1_000_000
    /// An empty index may claim a million; queries of that size would take most of the fuzzer's time.
    private static let maxQueryComponents = 16_384
    /// Keeps what was read from being optimised away. Safe because libFuzzer calls from one thread.
    nonisolated(unsafe) private static var sum: UInt64 = 0
    /// One for all inputs, as a worker of the daemon has one for all indexes.
    nonisolated(unsafe) private static let searcher = Searcher()

    static func exercise(_ index: IndexFile) {
        for field in index.header { sum &+= UInt64(field.name.utf8.count + field.value.utf8.count) }
        for warning in index.warnings { sum &+= UInt64(warning.message.utf8.count) }
        var query: [Float]?
        var components = 0
        for node in 0..<UInt32(clamping: min(index.count, maxNodes)) {
            sum &+= UInt64(truncatingIfNeeded: index.label(node))
            if let graph = index.structure.graph { followLinks(of: node, in: graph) }
            guard components < maxComponents else { continue }
            let vector = index.vectorComponents(node)
            components += vector.count
            for component in vector { sum &+= UInt64(component.bitPattern) }
            if vector.allSatisfy(\.isFinite) { query = vector }
        }
        let (searched, overflow) = index.count.multipliedReportingOverflow(by: index.dimension)
        guard !overflow, searched <= maxSearchedComponents, index.dimension <= maxQueryComponents else { return }
        search(index, query: query ?? Array(repeating: 0.5, count: index.dimension))
    }

    /// A refused file's message is made of its bytes, too.
    static func read(_ error: IndexFileError) { sum &+= UInt64(error.description.utf8.count) }

    private static func followLinks(of node: UInt32, in graph: any LayeredGraph) {
        for level in 0...graph.level(of: node) {
            graph.forEachLink(of: node, level: level) { id in
                precondition(graph.level(of: id) >= level, "link to a node that is not on the level")
            }
        }
    }

    /// Searches with a trace and with a filter, replays what was traced, and asks for the exact neighbours.
    private static func search(_ index: IndexFile, query: [Float]) {
        // Behind a transform lie vectors of another dimension.
        let asked = query.count == index.dimension ? query : Array(repeating: 0.5, count: index.dimension)
        let filter = NodeFilter(count: index.count) { $0 % 3 != 1 }
        for (filter, isQueueBounded) in [(nil, true), (filter, true), (nil, false)] {
            var parameters = SearchParameters(k: 3, efSearch: 20, nprobe: 4)
            parameters.isQueueBounded = isQueueBounded
            var recorder = TraceRecorder(maxEvents: 5000)
            guard
                let outcome = try? searcher.search(
                    index, query: asked, parameters: parameters, filter: filter, tracer: &recorder)
            else { continue }
            recorder.flush()
            for hit in outcome.hits { sum &+= UInt64(hit.node) }
            let replay = TraceReplay(outcome.header, recorder.events) { index.label($0) }
            replay.move(to: recorder.events.count)
            for result in replay.results { sum &+= UInt64(result.node) }
        }
        guard let exact = try? ExactNeighbours(index) else { return }
        let compared = exact.dimension == index.dimension ? asked : Array(repeating: 0.5, count: exact.dimension)
        for hit in (try? exact.nearest(to: compared, k: 3)) ?? [] { sum &+= UInt64(hit.node) }
    }
}
