/// What somebody may do.
public enum Role: String, Sendable, CaseIterable, Comparable {
    /// Watch.
    case viewer
    /// Watch, search and call searches off.
    case publisher

    public static func < (one: Role, other: Role) -> Bool { one == .viewer && other == .publisher }
}
