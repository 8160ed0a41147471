public import IndexFiles
public import VectorSearch

/// One search on an index file with no daemon running, as `annscope search` runs it.
public struct OfflineSearch: Sendable {
    /// What to look for.
    public enum Query: Sendable {
        case vector([Float])
        case label(VectorLabel)
    }

    public let index: IndexFile
    public let outcome: SearchOutcome
    public let events: [TraceEvent]
    /// Steps beyond the recording limit were counted, not kept.
    public let isTruncated: Bool

    /// - Throws: `IndexFileError` for the file, `SearchError` for the query; an unknown label is a `SearchError` too.
    public static func run(
        path: String, hints: IndexFileHints, query: Query, parameters: SearchParameters
    ) throws -> OfflineSearch {
        let index = try IndexFile.open(path: path, hints: hints)
        let vector: [Float]
        switch query {
        case .vector(let components): vector = components
        case .label(let label):
            // One search of one file: a scan is cheaper than a table of all labels.
            guard let node = (0..<UInt32(index.count)).first(where: { index.label($0) == label }) else {
                throw SearchError(code: .invalidParameter, message: "no vector has the label \(label)")
            }
            vector = index.vectorComponents(node)
        }
        var recorder = TraceRecorder()
        let outcome = try Searcher().search(index, query: vector, parameters: parameters, tracer: &recorder)
        return OfflineSearch(
            index: index, outcome: outcome, events: recorder.events, isTruncated: recorder.isTruncated)
    }
}
