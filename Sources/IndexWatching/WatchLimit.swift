/// A limit of what is followed. What is beyond it is left out; what is within goes on as ever.
public enum WatchLimit: Sendable, Hashable, CustomStringConvertible {
    /// Indexes in all. Of the folder in which the limit is reached, the first ones in the order of names.
    case files(Int)
    /// Folders in all.
    case folders(Int)
    /// Folders within folders.
    case depth(Int)

    public var description: String {
        switch self {
        case .files(let count): "at most \(count) files are followed"
        case .folders(let count): "at most \(count) folders are followed"
        case .depth(let count): "folders are followed \(count) levels deep"
        }
    }
}
