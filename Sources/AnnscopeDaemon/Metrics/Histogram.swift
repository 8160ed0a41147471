/// Counts values between fixed bounds.
struct Histogram: Sendable, Equatable {
    /// Upper bounds, rising; a value on a bound belongs below it.
    let bounds: [Double]
    /// Values up to each bound, not those up to the one before.
    private(set) var counts: [Int]
    private(set) var count = 0
    private(set) var sum = 0.0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = [Int](repeating: 0, count: bounds.count)
    }

    /// For searches and answers, in seconds: 50 microseconds to 10 seconds.
    static let latency = Histogram(bounds: [
        0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ])

    /// For shares, such as recall.
    static let share = Histogram(bounds: [0, 0.1, 0.25, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1])

    /// Counts a value; one that is no number is left out.
    mutating func add(_ value: Double) {
        guard value.isFinite else { return }
        count += 1
        sum += value
        if let place = bounds.firstIndex(where: { value <= $0 }) { counts[place] += 1 }
    }
}
