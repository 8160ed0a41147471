/// What to look for. The dimension is checked when the search runs.
public struct SearchParameters: Sendable, Equatable {
    /// Results wanted, at least 1.
    public var k: Int
    /// hnswlib's `ef` (10 after loading where nil), Faiss's `efSearch` (the file's), NSG's `search_L` (the file's), usearch's
    /// `expansion` (64).
    public var efSearch: Int?
    /// Faiss's `nprobe`; the file's own where nil.
    public var nprobe: Int?
    /// Annoy's `search_k`: items gathered from the trees, one counted in each tree anew; `k` for every tree where nil.
    public var searchK: Int?
    /// Faiss's `search_bounded_queue` of HNSW.
    public var isQueueBounded = true
    /// Faiss's `check_relative_distance` of HNSW.
    public var checksRelativeDistance = true

    public init(k: Int, efSearch: Int? = nil, nprobe: Int? = nil, searchK: Int? = nil) {
        self.k = k
        self.efSearch = efSearch
        self.nprobe = nprobe
        self.searchK = searchK
    }
}
