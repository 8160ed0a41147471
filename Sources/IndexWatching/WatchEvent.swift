/// News of a watched index.
public enum WatchEvent: Sendable, Equatable {
    /// The index is new, or other than before, and its writer is done: it is there to be read.
    case changed(path: String)
    /// The index is gone.
    case removed(path: String)
    /// All that was there at the start has been announced, save what was being written to at that time. Told once.
    case caughtUp
    /// Changes below the folder are noticed only by looking from time to time. Told once for a reason, with the first
    /// folder that it holds for.
    case polling(folder: String, reason: PollingReason)
    /// A limit is reached: the path, and perhaps more, is not followed. Told once for a limit.
    case leftOut(path: String, limit: WatchLimit)
}
