/// How an index compares two vectors. The values are the library's own: smaller is nearer for `l2` (squared, no root),
/// for hnswlib's `ip` and `cosine` (1 − dot); larger is nearer for Faiss's inner product (the dot product itself).
public enum Metric: String, Sendable, Equatable, CaseIterable {
    /// Squared Euclidean distance.
    case l2
    /// Inner product.
    case innerProduct = "ip"
    /// hnswlib's `cosine` space: inner product over vectors, and queries, divided by their norm.
    case cosine
}
