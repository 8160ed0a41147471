/// The version of annscope.
public enum AnnscopeVersion {
    public static let current = "0.1.0"
}
