/// Why a folder is looked at from time to time instead of being watched by events.
public enum PollingReason: Sendable, Hashable, CustomStringConvertible {
    /// The kernel gives out no more watches.
    case watchLimit
    /// The kernel gives out no inotify instance.
    case unavailable
    /// Others can change the files without this machine's kernel knowing.
    case remote(filesystem: String)

    public var description: String {
        switch self {
        case .watchLimit: "no inotify watch is left; raise fs.inotify.max_user_watches"
        case .unavailable: "inotify is not available; raise fs.inotify.max_user_instances"
        case .remote(let filesystem): "the filesystem \(filesystem) does not tell of changes made elsewhere"
        }
    }
}
