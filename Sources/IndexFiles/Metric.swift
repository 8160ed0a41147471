/// How an index compares two vectors. The values are the library's own: smaller is nearer for most; larger is nearer for
/// Faiss's inner product and Jaccard and Annoy's dot (see `IndexFile.largerIsNearer`).
public enum Metric: String, Sendable, Equatable, CaseIterable {
    /// Squared Euclidean distance (hnswlib, Faiss, usearch).
    case l2
    /// Inner product: the product itself (Faiss), or 1 − the product (hnswlib, usearch).
    case innerProduct = "ip"
    /// 1 − the cosine of the angle (hnswlib, usearch, Voyager).
    case cosine
    /// Sum of absolute differences (Faiss's L1, Annoy's manhattan).
    case l1
    /// Largest absolute difference.
    case linf
    /// Sum of the absolute differences' powers; the exponent is the metric's argument.
    case lp
    case canberra
    case brayCurtis = "braycurtis"
    case jensenShannon = "jensenshannon"
    case jaccard
    case nanEuclidean = "naneuclidean"
    case gower
    /// Number of bits that differ.
    case hamming
    /// Euclidean distance between normalised vectors, with the root (Annoy).
    case angular
    /// Euclidean distance, with the root (Annoy).
    case euclidean
    /// The inner product itself; the vectors carry one more component (Annoy).
    case dot
    /// Distance on a sphere, in radians (usearch).
    case haversine
    case divergence
    case pearson
    case tanimoto
    case sorensen
}

extension Metric {
    /// A metric by our name for it, or by a library's own: "manhattan" (Annoy), "l2sq" and "cos" (usearch).
    public init?(named name: String) {
        switch name.lowercased() {
        case "manhattan": self = .l1
        case "l2sq": self = .l2
        case "cos": self = .cosine
        case let name:
            guard let metric = Metric(rawValue: name) else { return nil }
            self = metric
        }
    }
}
