internal import IndexFiles

/// How exact neighbours are compared: by a key that is smaller for nearer vectors, in the library's own numbers.
enum ExactMeasure: Sendable, Equatable {
    /// Squared Euclidean distance; Annoy reports its root.
    case squaredL2(isRooted: Bool)
    /// The product, larger is nearer: the key is the negative (Faiss, Annoy's dot).
    case product
    /// 1 − the product (hnswlib and its relatives).
    case oneMinusProduct
    /// 1 − the cosine of vectors of any length; 1 where one has no length, 0 where both have none (usearch).
    case cosine
    /// 2 − 2 · the cosine, 2 where a vector has no length; Annoy reports its root.
    case angular
    /// Sum of absolute differences.
    case l1
    /// Largest absolute difference.
    case linf
    /// Number of components that differ.
    case hamming
    /// Another of Faiss's metrics; of Jaccard's likeness, which is larger for nearer vectors, the key is the negative.
    case other(Metric, argument: Float)

    /// nil for a metric that exact neighbours are not found by.
    init?(_ index: IndexFile) {
        switch index.metric {
        case .l2: self = .squaredL2(isRooted: false)
        case .euclidean: self = .squaredL2(isRooted: true)
        case .innerProduct: self = index.largerIsNearer ? .product : .oneMinusProduct
        // The others store vectors of length 1, and multiply.
        case .cosine: self = index.library == .usearch ? .cosine : index.largerIsNearer ? .product : .oneMinusProduct
        case .dot: self = .product
        case .angular: self = .angular
        case .l1: self = .l1
        case .linf: self = .linf
        case .hamming: self = .hamming
        case let metric where metric.plain != nil && index.library == .faiss:
            self = .other(metric, argument: index.object.metricArgument)
        default: return nil
        }
    }

    var largerIsNearer: Bool {
        switch self {
        case .product, .other(.jaccard, _): true
        default: false
        }
    }

    /// True where only the directions of the vectors count.
    var isOfDirections: Bool { self == .cosine || self == .angular }

    /// True where codes can rule vectors out: see `VectorCodes`.
    var hasBound: Bool {
        switch self {
        case .squaredL2, .product, .oneMinusProduct, .cosine, .angular: true
        case .l1, .linf, .hamming, .other: false
        }
    }

    /// What is reported for a key.
    func distance(_ key: Float) -> Float {
        switch self {
        case .product, .other(.jaccard, _): -key
        case .squaredL2(isRooted: true), .angular: max(key, 0).squareRoot()
        default: key
        }
    }

    /// A product that vectors with at most this key reach, but for the rounding of the product itself.
    func leastProduct(_ key: Float) -> Double {
        let key = Double(key)
        // The key was rounded from the product.
        let slack = 0x1p-22 * (1 + abs(key))
        switch self {
        case .product: return -key
        case .angular: return 1 - key / 2 - slack
        default: return 1 - key - slack
        }
    }
}
