internal import Glibc

/// The nearest vectors that a search evaluated, and how much each tells of the query's place.
struct QueryAnchors {
    /// UMAP's `n_neighbors`.
    static let most = 15
    /// A vector nearer than this part of the anchors' mean length is the query itself (UMAP's `MIN_K_DIST_SCALE`).
    private static let nothing: Float = 1e-3
    /// σ is not looked for below this part of the greatest d − ρ: with many vectors at the least distance their number
    /// alone is more than the sum should be, and the others weigh nothing long before.
    private static let narrowest: Float = 1e-6

    /// Nearest first; ties as they came.
    private(set) var nearest: [(node: UInt32, length: Float)] = []

    init() { nearest.reserveCapacity(Self.most + 1) }

    mutating func offer(_ node: UInt32, _ length: Float) {
        if nearest.count == Self.most, let last = nearest.last, length >= last.length { return }
        if let known = nearest.firstIndex(where: { $0.node == node }) {
            guard length < nearest[known].length else { return }
            nearest.remove(at: known)
        }
        nearest.insert((node, length), at: nearest.firstIndex { $0.length > length } ?? nearest.count)
        if nearest.count > Self.most { nearest.removeLast() }
    }

    /// exp(−(d − ρ)/σ) with ρ the least distance and σ such that the sum is the binary logarithm of their number.
    ///
    /// - Parameter startAtZero: lengths of 0 are those of vectors equal to the query, which then alone count.
    func weights(startAtZero: Bool) -> [Float] {
        guard let least = nearest.first?.length else { return [] }
        let mean = nearest.reduce(0) { $0 + $1.length / Float(nearest.count) }
        if startAtZero, least <= Self.nothing * mean {
            return nearest.map { $0.length <= Self.nothing * mean ? 1 : 0 }
        }
        guard let farthest = nearest.last.map({ $0.length - least }), farthest > 0, farthest.isFinite else {
            return nearest.map { _ in 1 }
        }
        // As parts of the greatest, so that no length is too small or too large to be divided.
        let beyond = nearest.map { ($0.length - least) / farthest }
        let target = log2(Double(nearest.count))
        var low: Float = 0
        var high = Float.infinity
        var width: Float = 1
        for _ in 0..<64 {
            let sum = beyond.reduce(0.0) { $0 + Double(exp(-$1 / width)) }
            if abs(sum - target) < 1e-5 || (sum > target && width < Self.narrowest) { break }
            if sum > target { high = width } else { low = width }
            width = high.isFinite ? (low + high) / 2 : width * 2
        }
        return beyond.map { exp(-$0 / width) }
    }
}
