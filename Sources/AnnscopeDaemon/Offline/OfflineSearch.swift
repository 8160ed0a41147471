public import IndexFiles
public import VectorSearch
public import WireProtocol

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
    /// For each result its caption, where the sidecar names captions.
    public let captions: [String?]
    /// The filter as it was used; nil without one.
    public let filter: AppliedSearchFilter?

    /// - Parameter hints: what they leave open is taken from the sidecar, if there is one beside the file.
    /// - Throws: `IndexFileError` for the file, `SidecarError` for what stands beside it, `SearchError` for the query,
    ///   `FilterError` for the filter; an unknown label of the query is a `SearchError` too.
    public static func run(
        path: String, hints: IndexFileHints, query: Query, parameters: SearchParameters, filter: SearchFilter? = nil,
        detail: TraceRecorder.Detail = .full
    ) throws -> OfflineSearch {
        let sidecar = try Sidecar.beside(path)
        let index = try IndexFile.open(path: path, hints: try Sidecar.hints(beside: path, over: hints))
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
        let items = try sidecar.itemTable(besideIndex: path)
        let made = try filter.map { filter in
            let maker = FilterMaker(index: index, items: items, labels: LabelTable(scanning: index))
            return maker.make(try maker.plan(filter))
        }
        var recorder = TraceRecorder(detail: detail)
        let outcome = try Searcher().search(
            index, query: vector, parameters: parameters, filter: made?.nodes, tracer: &recorder)
        recorder.flush()
        let captions = outcome.hits.map { hit in
            items.row(String(hit.label))?.first { $0.column == sidecar.caption }?.value
        }
        return OfflineSearch(
            index: index, outcome: outcome, events: recorder.events,
            isTruncated: recorder.isTruncated || recorder.summarisedFrom != nil,
            captions: captions, filter: made?.message)
    }
}
