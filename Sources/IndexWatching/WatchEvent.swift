/// News of a watched index file.
public enum WatchEvent: Sendable, Equatable {
    /// The file is new, or other than before, and its writer has gone quiet: it is there to be read.
    case changed(path: String)
    /// The file is gone.
    case removed(path: String)
}
