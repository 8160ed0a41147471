/// Says when a map in the making is shown again: a frame after the last time at the earliest, and a large one so seldom
/// that it neither fills the wires nor keeps the worker from its work.
struct DraftPace {
    /// One frame of a screen.
    static let frame = Duration.milliseconds(16)
    /// Between two reports of progress that come without a picture.
    static let progress = Duration.milliseconds(100)
    /// Bytes of drafts that a viewer is sent in a second.
    static let bytesPerSecond = 4_000_000
    /// For each second that goes into a picture, so many go into the map.
    static let work = 9

    private var nextPicture = Duration.zero
    private var nextProgress = Duration.zero

    /// - Parameter now: since the start of the layout.
    func isDue(hasPicture: Bool, at now: Duration) -> Bool { now >= (hasPicture ? nextPicture : nextProgress) }

    /// Progress was told.
    mutating func told(at now: Duration) { nextProgress = now + Self.progress }

    /// A picture, and progress with it, was told, which took a while to make.
    mutating func told(bytes: Int, making: Duration, at now: Duration) {
        told(at: now)
        nextPicture = now + max(Self.frame, .seconds(Double(bytes) / Double(Self.bytesPerSecond)), making * Self.work)
    }
}
