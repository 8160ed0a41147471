public import IndexFiles

/// What a distance that a search measured is a function of, so that it can be made a length again.
///
/// Libraries leave out what does not change an order: the root, the sign. Pictures need what can be drawn.
public enum DistanceForm: Sendable, Equatable {
    /// A length, or anything else of which smaller is nearer.
    case plain
    /// The square of a length.
    case squared
    /// 1 − the cosine of an angle.
    case cosine
    /// A likeness: larger is nearer.
    case likeness

    /// - Parameter largerIsNearer: of the stage that measured, see `TraceHeader.Stage`.
    public init(_ metric: Metric, largerIsNearer: Bool) {
        if largerIsNearer {
            self = .likeness
        } else {
            self =
                switch metric {
                case .l2, .nanEuclidean, .hamming: .squared
                case .cosine: .cosine
                default: .plain
                }
        }
    }

    /// Grows with the distance. The length itself where the form tells it, the chord for cosines; for a likeness only
    /// differences mean something.
    func length(_ distance: Float) -> Float {
        switch self {
        case .plain: distance
        case .squared: max(distance, 0).squareRoot()
        case .cosine: max(2 * distance, 0).squareRoot()
        case .likeness: -distance
        }
    }

    /// True where nothing is nearer than a length of 0.
    var startsAtZero: Bool { self == .squared || self == .cosine }
}
