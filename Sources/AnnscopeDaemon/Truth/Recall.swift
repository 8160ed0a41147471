public import VectorSearch

/// How much of the exact answer a search found: recall@k.
public struct Recall: Sendable, Equatable {
    /// The share of `exact` that was found; 1 where there is nothing to be found.
    public let share: Double
    /// The nearest vectors, nearest first.
    public let exact: [SearchHit]
    /// Those of `exact` that were not found.
    public let missed: [SearchHit]

    /// Distances within this part of each other count as equal: two kernels may round a tie apart.
    private static let rounding: Float = 0x1p-20

    /// A neighbour counts as found if its label is among the hits. Of several vectors that share the last place of the
    /// exact answer, any may be found instead of another.
    init(_ hits: [SearchHit], exact: [SearchHit], header: TraceHeader) {
        let found = Set(hits.map(\.label))
        var missed = exact.filter { !found.contains($0.label) }
        // What is ranked again has distances by a finer code, that say nothing of a tie.
        if let last = exact.last?.distance, !header.stages.contains(where: { $0.algorithm == .faissRefine }) {
            let slack = abs(last) * Self.rounding
            let sign: Float = header.largerIsNearer ? -1 : 1
            let labels = Set(exact.map(\.label))
            var ties = hits.count { !labels.contains($0.label) && sign * ($0.distance - last) <= slack }
            while ties > 0, let candidate = missed.last, abs(candidate.distance - last) <= slack {
                missed.removeLast()
                ties -= 1
            }
        }
        self.exact = exact
        self.missed = missed
        share = exact.isEmpty ? 1 : Double(exact.count - missed.count) / Double(exact.count)
    }
}
