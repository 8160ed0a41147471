internal import ViewerHub

extension Question {
    /// Whose searches these are, for limits and keys.
    var client: String { "viewer \(viewer.raw)" }
}
