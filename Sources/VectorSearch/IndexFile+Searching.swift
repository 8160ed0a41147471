internal import CVectorKernels
public import IndexFiles

extension IndexFile {
    /// Faiss and Annoy give inner products as they are; the other libraries turn them into distances.
    public var largerIsNearer: Bool {
        library == .faiss ? metric == .cosine || object.largerIsNearer : library == .annoy && metric == .dot
    }

    /// Why this index can be shown and not be searched, or nil when it can be searched.
    public var searchObstacle: String? {
        if case .faissHNSW = structure,
            header.contains(where: { $0.name.hasSuffix("base_level_only") && $0.value == "1" })
        {
            return "Faiss begins a search of this graph at random nodes, so that no search can be told again"
        }
        return object.searchObstacle
    }

    /// What a search of this index leaves out or does not do as the library, or nil when it is whole.
    public var searchLimit: String? { searchObstacle == nil ? limitOfSearches : nil }

    /// The same for an index that can be searched.
    var limitOfSearches: String? {
        guard let vectors else {
            if case .ivf = structure { return "probes only: the file holds no vectors" }
            return nil
        }
        guard vectors.areInBlocks else { return nil }
        return "distances by whole tables: Faiss rounds its tables to 8 bits here, so that near ties may fall otherwise"
    }
}

extension IndexObject {
    /// The most entries that the distance tables of a product quantizer may take.
    private static let maxTableEntries = 1 << 24

    /// Why this index, alone or as a coarse quantizer, can't be searched.
    var searchObstacle: String? {
        guard isTrained else { return "the index has not been trained, so that nothing can be found in it" }
        for case .refine(let finer, _) in wrappers {
            if let obstacle = finer.comparisonObstacle { return obstacle }
        }
        for case .transforms(let chain) in wrappers where !chain.allSatisfy(\.isTrained) {
            return "a transform has not been trained"
        }
        switch structure {
        case .ivf(let lists):
            if let obstacle = lists.quantizer.searchObstacle { return "the coarse quantizer: \(obstacle)" }
            return vectors == nil ? nil : comparisonObstacle
        case .hnsw, .faissHNSW, .nsg, .flat: return count == 0 ? nil : comparisonObstacle
        case .usearch:
            guard let vectors else {
                return count == 0
                    ? nil : "the vectors are not in the file, so that nothing can be compared: \(kind)"
            }
            return vectors.usearchKernel(metric) != nil
                ? nil : "usearch does not compare vectors of \(vectors.encoding.name) by \(metric.rawValue)"
        case .forest: return nil
        }
    }

    /// Why a query can't be compared with the vectors.
    private var comparisonObstacle: String? {
        guard let vectors else { return "the vectors are not in the file, so that nothing can be compared: \(kind)" }
        switch metric {
        case .l2, .innerProduct, .cosine:
            if vectors.areBits { return "searches of bits by \(metric.rawValue) are not supported yet" }
        case .hamming: if !vectors.areBits { return "searches by \(metric.rawValue) are not supported yet" }
        default:
            guard metric.plain != nil, vectors.encoding.isFloat32 else {
                return "searches of \(vectors.encoding.name) vectors by \(metric.rawValue) are not supported yet"
            }
        }
        if case .product(let quantizer) = vectors.encoding,
            quantizer.M << quantizer.nbits > Self.maxTableEntries
        {
            return "the distance tables of \(quantizer.M) parts of \(quantizer.nbits) bits would take too much memory"
        }
        return nil
    }
}
