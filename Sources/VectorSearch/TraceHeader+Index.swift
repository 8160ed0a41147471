public import IndexFiles

extension TraceHeader {
    /// hnswlib's `ef` after loading a file.
    public static let defaultEfSearch = 10

    /// The header of a search that is about to run, with the values that the library will take.
    public init(_ index: IndexFile, _ parameters: SearchParameters) {
        switch index.structure {
        case .hnsw(let graph):
            self.init(
                algorithm: .hnswlib, k: parameters.k,
                efSearch: max(parameters.efSearch ?? Self.defaultEfSearch, parameters.k),
                // While nobody has counted, deletions must be reckoned with; the steps are the same if there are none.
                bare: graph.deletedCount == 0, stages: [Stage(name: "graph", nodes: .vectors)])
        case .ivf(let lists):
            self.init(
                algorithm: .faissIVF, k: parameters.k, nprobe: min(parameters.nprobe ?? lists.nprobe, lists.nlist),
                largerIsNearer: index.largerIsNearer,
                stages: [Stage(name: "coarse", nodes: .centroids), Stage(name: "lists", nodes: .vectors)])
        case .flat, .faissHNSW, .nsg, .usearch, .forest:
            self.init(
                algorithm: .faissFlat, k: parameters.k, largerIsNearer: index.largerIsNearer,
                stages: [Stage(name: "vectors", nodes: .vectors)])
        }
    }
}
