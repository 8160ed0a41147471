/// How fast searches end, to say when it is worth asking again.
struct SearchPace {
    private static let window = Duration.seconds(1)
    /// What a client is told at least and at most.
    private static let shortest = Duration.milliseconds(50)
    private static let longest = Duration.seconds(30)

    private var windowStart = Duration.zero
    private var inWindow = 0
    private var perSecond = 0.0

    mutating func finished(at now: Duration) {
        inWindow += 1
        let spent = now - windowStart
        guard spent >= Self.window else { return }
        // After a quiet time the window says nothing of how fast searches end.
        if spent < Self.window * 2 { perSecond = Double(inWindow) / (spent / .seconds(1)) }
        windowStart = now
        inWindow = 0
    }

    /// About how long it takes until so many searches have ended.
    func wait(for count: Int) -> Duration {
        guard perSecond > 0 else { return .seconds(1) }
        return min(Self.longest, max(Self.shortest, .seconds(Double(count) / perSecond)))
    }
}
