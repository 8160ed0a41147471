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
            return "searching by \(metric.rawValue) is not supported yet"
        }
        let isSearched =
            switch structure {
            case .hnsw: areRecordsPlain
            case .flat: library == .faiss && vectors?.floatRowBytes == 4 * dimension
            case .ivf(let lists): isPlain(lists)
            case .faissHNSW, .nsg, .usearch, .forest: false
            }
        let isWrapped = object.wrappers.contains { if case .labels = $0 { false } else { true } }
        return isSearched && !isWrapped ? nil : "searching a \(object.kind) index\(codes) is not supported yet"
    }

    /// A record holds the floats of a query's vector and nothing behind them that takes part in distances.
    private var areRecordsPlain: Bool {
        guard case .hnsw(let graph) = structure, vectors?.floatRowBytes != nil else { return false }
        return library != .voyager || graph.labelOffset - graph.vectorOffset == 4 * dimension
    }

    private func isPlain(_ lists: IVFLists) -> Bool {
        guard case .float32? = vectors?.encoding, vectors?.areExact == true else { return false }
        return lists.flatCentroids != nil && lists.quantizer.metric == metric && lists.duplicateCount == 0
    }

    private var codes: String {
        guard let encoding = vectors?.encoding else { return " without its vectors" }
        if case .float32 = encoding { return "" }
        return " of \(encoding.name) codes"
    }
}
