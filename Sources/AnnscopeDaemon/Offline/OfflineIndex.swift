public import IndexFiles
public import VectorSearch
public import WireProtocol

/// An index file opened for searches with no daemon running, as `annscope search` runs them.
public final class OfflineIndex {
    /// What to look for.
    public enum Query: Sendable {
        case vector([Float])
        /// The stored vector of this label.
        case label(VectorLabel)
        /// A query of the sidecar, from 0.
        case prepared(Int)
    }

    public let file: IndexFile
    private let sidecar: Sidecar
    private let items: ItemTable
    private let searcher = Searcher()
    private var neighbours: Result<ExactNeighbours, SearchError>?

    /// - Parameter hints: what they leave open is taken from the sidecar, if there is one beside the file.
    /// - Throws: `IndexFileError` for the file, `SidecarError` for what stands beside it.
    public init(path: String, hints: IndexFileHints) throws {
        sidecar = try Sidecar.beside(path)
        file = try IndexFile.open(path: path, hints: try Sidecar.hints(beside: path, over: hints))
        items = try sidecar.itemTable(besideIndex: path)
    }

    /// - Throws: `SearchError` where there is no such label or query.
    public func vector(of query: Query) throws(SearchError) -> [Float] {
        switch query {
        case .vector(let components): return components
        case .label(let label):
            // One search of one file: a scan is cheaper than a table of all labels.
            guard let node = (0..<UInt32(file.count)).first(where: { file.label($0) == label }) else {
                throw SearchError(code: .invalidParameter, message: "no vector has the label \(label)")
            }
            return file.vectorComponents(node)
        case .prepared(let number):
            var warnings: [String] = []
            let (queries, _) = sidecar.preparedQueries(besideIndex: file.path, dimension: file.dimension, &warnings)
            guard queries.indices.contains(number) else {
                let words = queries.isEmpty ? "none" : "0 to \(queries.count - 1)"
                throw SearchError(
                    code: .invalidParameter,
                    message: (["there is no query \(number); the sidecar has \(words)"] + warnings)
                        .joined(separator: "; "))
            }
            return queries[number].vector
        }
    }

    /// Searches once for the steps and once without recording for the time.
    ///
    /// - Parameter isExact: look for the exact neighbours, too.
    /// - Throws: `SearchError` for the query, `FilterError` for the filter.
    public func search(
        _ vector: [Float], _ parameters: SearchParameters, filter: SearchFilter? = nil,
        detail: TraceRecorder.Detail = .full, isExact: Bool = true
    ) throws -> OfflineSearch {
        let made = try filter.map { filter in
            let maker = FilterMaker(index: file, items: items, labels: LabelTable(scanning: file))
            return maker.make(try maker.plan(filter))
        }
        var recorder = TraceRecorder(detail: detail)
        let outcome = try searcher.search(
            file, query: vector, parameters: parameters, filter: made?.nodes, tracer: &recorder)
        recorder.flush()
        let clock = ContinuousClock()
        var silent = NoTrace()
        let begin = clock.now
        _ = try searcher.search(file, query: vector, parameters: parameters, filter: made?.nodes, tracer: &silent)
        let spent = begin.duration(to: clock.now)
        return OfflineSearch(
            index: file, outcome: outcome, trace: SearchJob.Trace(recorder),
            microseconds: Int(spent / .microseconds(1)), filter: made?.message,
            truth: isExact ? truth(outcome, vector, made?.nodes) : nil, caption: caption)
    }

    private func truth(_ outcome: SearchOutcome, _ vector: [Float], _ filter: NodeFilter?) -> OfflineSearch.Truth {
        let neighbours = self.neighbours ?? Self.neighbours(file)
        self.neighbours = neighbours
        do throws(SearchError) {
            let found = try neighbours.get()
            let exact = try found.nearest(
                to: found.query(asked: vector, transformed: outcome.transformedQuery), k: outcome.header.k,
                filter: filter)
            return .measured(
                Recall(outcome.hits, exact: exact ?? [], header: outcome.header),
                over: IndexTruth.basis(found))
        } catch {
            return .unavailable(error.message)
        }
    }

    private static func neighbours(_ file: IndexFile) -> Result<ExactNeighbours, SearchError> {
        do throws(SearchError) { return .success(try ExactNeighbours(file)) } catch { return .failure(error) }
    }

    /// What the sidecar's items say of a node.
    private func caption(_ node: UInt32) -> String? {
        items.row(String(file.label(node)))?.first { $0.column == sidecar.caption }?.value
    }
}
