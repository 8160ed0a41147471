/// Says when a map in the making is shown again: a frame after the last time at the earliest, and a large one so seldom
/// that it does not fill the wires.
struct DraftPace {
    /// One frame of a screen.
    static let frame = Duration.milliseconds(16)
    /// Between two reports of progress that come without a picture.
    static let progress = Duration.milliseconds(100)
    /// Bytes of drafts that a viewer is sent in a second.
    static let bytesPerSecond = 4_000_000

    private var nextPicture = Duration.zero
    private var nextProgress = Duration.zero

    /// - Parameter now: since the start of the layout.
    func isDue(hasPicture: Bool, at now: Duration) -> Bool { now >= (hasPicture ? nextPicture : nextProgress) }

    mutating func reported(bytes: Int, at now: Duration) {
        nextProgress = now + Self.progress
        guard bytes > 0 else { return }
        nextPicture = now + max(Self.frame, .seconds(Double(bytes) / Double(Self.bytesPerSecond)))
    }
}
