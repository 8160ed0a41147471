public import IndexFiles

/// Answers queries one after the other with buffers of its own: one searcher for each thread.
public final class Searcher {
    var visited = VisitedNodes()
    var candidates = TieHeap()
    var top = TieHeap()
    var best = BestList()
    /// Links of one hop that were not met before.
    var fresh: [UInt32] = []

    public init() {}

    /// Searches exactly as the index's library would: same results, same visiting order.
    ///
    /// - Parameters:
    ///   - query: `index.dimension` finite components.
    ///   - parameters: what an index has no use for is ignored.
    ///   - tracer: gets every step; `NoTrace` compiles away.
    /// - Throws: `SearchError` for a query or a parameter that no library would take.
    @specialized(where T == TraceRecorder)
    @specialized(where T == NoTrace)
    public func search<T: Tracer>(
        _ index: IndexFile, query: [Float], parameters: SearchParameters, tracer: inout T
    ) throws(SearchError) -> SearchOutcome {
        if let obstacle = index.searchObstacle { throw SearchError(code: .notSearchable, message: obstacle) }
        try check(index, query, parameters)
        switch index.structure {
        case .hnsw(let graph): return try searchGraph(graph, index, query, parameters, &tracer)
        case .ivf(let lists): return try searchLists(lists, index, query, parameters, &tracer)
        case .flat: return searchVectors(index, query, parameters, &tracer)
        case .faissHNSW, .nsg, .usearch, .forest: throw Self.notSearchable(index)
        }
    }

    private static func notSearchable(_ index: IndexFile) -> SearchError {
        SearchError(
            code: .notSearchable, message: "searches of this kind of index are not supported yet: \(index.object.kind)")
    }

    private func check(_ index: IndexFile, _ query: [Float], _ parameters: SearchParameters) throws(SearchError) {
        guard query.count == index.dimension else {
            throw SearchError(
                code: .wrongDimension,
                message: "the query has \(query.count) components, the index's vectors have \(index.dimension)")
        }
        if let place = query.firstIndex(where: { !$0.isFinite }) {
            throw SearchError(code: .notFinite, message: "component \(place) of the query is \(query[place])")
        }
        for (name, value) in [
            ("k", Optional(parameters.k)), ("efSearch", parameters.efSearch), ("nprobe", parameters.nprobe),
        ] {
            if let value, value < 1 {
                throw SearchError(code: .invalidParameter, message: "\(name) is \(value); 1 is the least")
            }
        }
    }
}
