internal import CVectorKernels
public import IndexFiles

/// The exact nearest neighbours of any query among the vectors of an index: what recall is measured against.
///
/// The answer is that of a scan of all vectors in floats (Faiss's `IndexFlat`), ties included. Where codes are prepared,
/// they are scanned first, at a quarter of the memory, and only vectors that their bound does not rule out are compared in
/// floats. Any number of threads may ask at once.
public final class ExactNeighbours: Sendable {
    /// Fewer vectors than these are compared in floats at once.
    public static let codedCount = 20_000

    public let index: IndexFile
    let rows: ComparedRows
    let measure: ExactMeasure
    let codes: VectorCodes?

    /// Why exact neighbours can't be found, or nil when they can.
    public static func obstacle(_ index: IndexFile) -> String? {
        if ComparedRows(index) == nil { return "the file holds no vectors to compare" }
        if ExactMeasure(index) == nil { return "exact neighbours by \(index.metric.rawValue) are not supported yet" }
        return nil
    }

    /// Private memory that `prepare` takes for this index, in bytes; 0 where floats are compared.
    public static func preparedBytes(_ index: IndexFile) -> Int {
        guard let vectors = ComparedRows(index)?.vectors, isCoded(vectors, ExactMeasure(index), from: codedCount) else {
            return 0
        }
        return VectorCodes.byteCount(count: vectors.count, dimension: vectors.dimension)
    }

    private static func isCoded(_ vectors: StoredVectors, _ measure: ExactMeasure?, from count: Int) -> Bool {
        measure?.hasBound == true && vectors.count >= max(1, count)
            && 1...Int(ANNSCOPE_CODE_MAX_DIMENSION) ~= vectors.dimension
    }

    /// Compares in floats, without preparation.
    ///
    /// - Throws: `SearchError.notSearchable`, with the `obstacle`.
    public convenience init(_ index: IndexFile) throws(SearchError) {
        let (rows, measure) = try Self.compared(index)
        self.init(index, rows, measure, codes: nil)
    }

    private init(_ index: IndexFile, _ rows: ComparedRows, _ measure: ExactMeasure, codes: VectorCodes?) {
        self.index = index
        self.rows = rows
        self.measure = measure
        self.codes = codes
    }

    private static func compared(_ index: IndexFile) throws(SearchError) -> (ComparedRows, ExactMeasure) {
        guard let rows = ComparedRows(index), let measure = ExactMeasure(index) else {
            throw SearchError(code: .notSearchable, message: obstacle(index) ?? "")
        }
        return (rows, measure)
    }

    /// Codes the vectors, if they are many; a million of 128 components take a fraction of a second.
    ///
    /// - Parameters:
    ///   - isCancelled: asked every 256 vectors.
    ///   - progress: called as often, with the vectors done and their number.
    /// - Returns: nil when cancelled.
    /// - Throws: `SearchError.notSearchable`, with the `obstacle`.
    public static func prepare(
        _ index: IndexFile, isCancelled: () -> Bool = { false }, progress: (Int, Int) -> Void = { _, _ in }
    ) throws(SearchError) -> ExactNeighbours? {
        try prepare(index, codedCount: codedCount, isCancelled: isCancelled, progress: progress)
    }

    static func prepare(
        _ index: IndexFile, codedCount: Int, isCancelled: () -> Bool = { false },
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(SearchError) -> ExactNeighbours? {
        let (rows, measure) = try compared(index)
        guard isCoded(rows.vectors, measure, from: codedCount) else {
            return ExactNeighbours(index, rows, measure, codes: nil)
        }
        guard let codes = VectorCodes.make(rows.vectors, measure, isCancelled: isCancelled, progress: progress) else {
            return nil
        }
        return ExactNeighbours(index, rows, measure, codes: codes)
    }

    var vectors: StoredVectors { rows.vectors }

    /// The query that the vectors are compared with.
    ///
    /// - Parameters:
    ///   - asked: as the index was asked.
    ///   - transformed: what its transforms made of that, if there are any (`SearchOutcome.transformedQuery`).
    public func query(asked: [Float], transformed: [Float]?) -> [Float] {
        rows.seeQueryAsAsked ? asked : transformed ?? asked
    }

    /// Private memory of the codes, in bytes.
    public var codeBytes: Int {
        codes.map { VectorCodes.byteCount(count: $0.count, dimension: vectors.dimension) } ?? 0
    }

    /// True where the vectors that were added are not stored: exact then means over what their codes stand for.
    public var isOverDecodedVectors: Bool { !vectors.areExact }

    /// How the vectors are stored that are compared.
    public var encoding: VectorEncoding { rows.vectors.encoding }

    /// Components of a query: those of a stored vector, behind all transforms; see `query(asked:transformed:)`.
    public var dimension: Int { vectors.dimension }

    /// The k nearest vectors, nearest first, with distances as the library gives them. Ties fall as in Faiss's
    /// `IndexFlat` (by its heap, which it keeps for k below 100), and by label elsewhere.
    ///
    /// - Parameters:
    ///   - query: `dimension` finite components, in the space of the stored vectors.
    ///   - k: fewer are returned where fewer may be results.
    ///   - filter: made for this index.
    ///   - cancellation: looked at every few hundred vectors.
    /// - Returns: nil when cancelled.
    /// - Throws: `SearchError` for a query or a filter that does not fit.
    public func nearest(
        to query: [Float], k: Int, filter: NodeFilter? = nil, cancellation: Cancellation? = nil
    ) throws(SearchError) -> [SearchHit]? {
        // Few allowed vectors are sooner compared than all codes are scanned.
        guard let codes, (filter?.allowedCount ?? codes.count) >= codes.count / 8 else {
            return try nearestByFloatScan(to: query, k: k, filter: filter, cancellation: cancellation)
        }
        let kernel = annscope_best_code_kernel()
        return try search(query, k, filter) { keys, candidates in
            scan(codes, kernel, keys, filter, cancellation, &candidates)
        }
    }

    /// The same answer, by comparing every vector.
    public func nearestByFloatScan(
        to query: [Float], k: Int, filter: NodeFilter? = nil, cancellation: Cancellation? = nil
    ) throws(SearchError) -> [SearchHit]? {
        try search(query, k, filter) { keys, candidates in scan(keys, filter, cancellation, &candidates) }
    }

    private func search(
        _ query: [Float], _ k: Int, _ filter: NodeFilter?, _ scan: (RowKeys, inout NearestCandidates) -> Bool
    ) throws(SearchError) -> [SearchHit]? {
        guard query.count == dimension else {
            throw SearchError(
                code: .wrongDimension,
                message: "the query has \(query.count) components, the stored vectors have \(dimension)")
        }
        if let place = query.firstIndex(where: { !$0.isFinite }) {
            throw SearchError(code: .notFinite, message: "component \(place) of the query is \(query[place])")
        }
        guard k >= 1 else {
            throw SearchError(code: .invalidParameter, message: "k is \(k); 1 is the least")
        }
        if let filter, filter.count != vectors.count {
            throw SearchError(
                code: .invalidParameter,
                message: "the filter is for \(filter.count) vectors, the index has \(vectors.count)")
        }
        guard vectors.count > 0 else { return [] }
        // As the library's Python binding normalises it, where it does.
        let isNormalised = index.metric == .cosine && !measure.isOfDirections
        let compared = isNormalised ? Searcher.normalised(query) : query
        var candidates = NearestCandidates(k: min(k, vectors.count))
        guard scan(RowKeys(vectors, measure, query: compared), &candidates) else { return nil }
        return candidates.hits(index, rows, measure)
    }
}
