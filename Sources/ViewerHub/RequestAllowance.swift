/// How many requests a viewer may make now: a token bucket.
struct RequestAllowance {
    /// Requests that are free; below zero after a large one.
    private var level: Double
    private var filledAt: Duration
    /// What was refused since `windowStart`, counted as requests.
    private(set) var refused = 0
    private var windowStart: Duration

    init(_ limits: HubLimits, at now: Duration) {
        level = Double(limits.requestBurst)
        filledAt = now
        windowStart = now
    }

    /// Takes a message of so many bytes into account.
    ///
    /// - Returns: nil when it is granted, else how long the viewer has to wait, in whole milliseconds.
    mutating func refusal(bytes: Int, at now: Duration, _ limits: HubLimits) -> Duration? {
        let rate = Double(max(limits.requestsPerSecond, 1))
        level = min(Double(limits.requestBurst), level + max((now - filledAt) / .seconds(1), 0) * rate)
        filledAt = now
        let cost = 1 + bytes / max(limits.bytesPerRequest, 1)
        // A large message may bring the level below zero: so what costs more than a burst is taken at all.
        guard level < 1 else {
            level -= Double(cost)
            return nil
        }
        if now - windowStart >= limits.refusalWindow {
            windowStart = now
            refused = 0
        }
        refused += cost
        return .milliseconds(Int64(((1 - level) / rate * 1000).rounded(.up)))
    }
}
