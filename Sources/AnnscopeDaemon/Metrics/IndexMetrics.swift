/// Counts what happens to one index file.
struct IndexMetrics: Sendable {
    /// Revisions that were loaded, and bytes that could not be.
    private(set) var loads = 0
    private(set) var failures = 0
    /// Seconds from the change of the file to the revision that answers.
    private(set) var loadTime = Histogram(bounds: Self.bounds)
    /// Seconds of laying out a map.
    private(set) var mapTime = Histogram(bounds: Self.bounds)

    private static let bounds = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

    mutating func loaded(seconds: Double) {
        loads += 1
        loadTime.add(seconds)
    }

    mutating func failed() { failures += 1 }

    mutating func mapped(seconds: Double) { mapTime.add(seconds) }
}
