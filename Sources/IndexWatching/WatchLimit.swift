/// A limit of what is followed. What is beyond it is left out; what is within goes on as ever.
public enum WatchLimit: Sendable, Hashable, CustomStringConvertible {
    /// Indexes in all. Of the folder in which the limit is reached, the first ones in the order of names.
    case files(Int)
    /// Folders in all.
    case folders(Int)
    /// Folders within folders.
    case depth(Int)
    /// Names that are UTF-8: others can't be told in JSON.
    case encoding
    /// Of the names in a folder that are canonically equivalent in Unicode (UAX #15), one: the first by its bytes.
    case equivalence

    public var description: String {
        switch self {
        case .files(let count): "at most \(count) files are followed"
        case .folders(let count): "at most \(count) folders are followed"
        case .depth(let count): "folders are followed \(count) levels deep"
        case .encoding: "only names in UTF-8 are followed"
        case .equivalence: "of several names that are the same to Unicode, one is followed"
        }
    }
}
