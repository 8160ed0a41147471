public import IndexFiles

extension IndexFile {
    /// Faiss gives inner products as they are; the other libraries turn them into distances.
    public var largerIsNearer: Bool {
        library == .faiss && (metric == .innerProduct || metric == .cosine || metric == .jaccard)
    }

    /// Why this index can be shown and not be searched, or nil when it can be searched.
    public var searchObstacle: String? {
        guard object.isTrained else { return "the index has not been trained, so that nothing can be found in it" }
        guard metric == .l2 || metric == .innerProduct || metric == .cosine else {
            return "searches by \(metric.rawValue) are not supported yet"
        }
        let isSearched =
            switch structure {
            case .hnsw: areRecordsPlain
            case .flat: library == .faiss && vectors?.floatRowBytes == 4 * dimension
            case .ivf(let lists): hasPlainCentroids(lists)
            case .faissHNSW, .nsg, .usearch, .forest: false
            }
        let isWrapped = object.wrappers.contains { if case .labels = $0 { false } else { true } }
        return isSearched && !isWrapped
            ? nil : "searches of this kind of index are not supported yet: \(object.kind)\(codes)"
    }

    /// A record holds the floats of a query's vector and nothing behind them that takes part in distances.
    private var areRecordsPlain: Bool {
        guard case .hnsw(let graph) = structure, vectors?.floatRowBytes != nil else { return false }
        return library != .voyager || graph.labelOffset - graph.vectorOffset == 4 * dimension
    }

    private func hasPlainCentroids(_ lists: IVFLists) -> Bool {
        lists.flatCentroids != nil && lists.quantizer.metric == metric
    }

    /// What a search of this index leaves out, or nil when it is whole. The cells of an IVF index are found and opened as
    /// the library does; vectors in them that are not stored as floats are not compared yet.
    public var searchLimit: String? {
        guard case .ivf(let lists) = structure, searchObstacle == nil else { return nil }
        if lists.duplicateCount > 0 { return "probes only: results with duplicates are not put together yet" }
        guard let vectors else { return "probes only: the file holds no vectors" }
        guard case .float32 = vectors.encoding, vectors.areExact else {
            return "probes only: \(vectors.encoding.name) codes are not compared yet"
        }
        return nil
    }

    private var codes: String {
        guard let encoding = vectors?.encoding else { return ", without its vectors" }
        if case .float32 = encoding { return "" }
        return ", \(encoding.name) codes"
    }
}
