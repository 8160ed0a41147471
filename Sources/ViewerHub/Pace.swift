/// When stream events may go out: at once after a quiet time, then the less often the more viewers get them.
struct Pace {
    /// Not before this moment.
    private(set) var due = Duration.zero

    func isDue(at now: Duration) -> Bool { due <= now }

    /// So many messages went out, counted for each viewer.
    mutating func delivered(_ count: Int, at now: Duration, _ limits: HubLimits) {
        guard count > 0 else { return }
        due = now + min(limits.maxPace, limits.pacePerDelivery * count)
    }
}
