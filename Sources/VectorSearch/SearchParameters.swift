/// What to look for. The dimension is checked when the search runs.
public struct SearchParameters: Sendable, Equatable {
    /// Results wanted, at least 1.
    public var k: Int
    /// hnswlib's `ef` (10 after loading where nil), Faiss's `efSearch` (the file's), NSG's `search_L` (the file's), usearch's
    /// `expansion`.
    public var efSearch: Int?
    /// Faiss's `nprobe`; the file's own where nil.
    public var nprobe: Int?
    /// Faiss's `search_bounded_queue` of HNSW.
    public var isQueueBounded = true
    /// Faiss's `check_relative_distance` of HNSW.
    public var checksRelativeDistance = true

    public init(k: Int, efSearch: Int? = nil, nprobe: Int? = nil) {
        self.k = k
        self.efSearch = efSearch
        self.nprobe = nprobe
    }
}
