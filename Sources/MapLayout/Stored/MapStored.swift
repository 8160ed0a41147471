extension IndexMap {
    /// Of what makes maps. Goes up when the same index gets another map than before: stored maps are then made anew.
    public static let engineVersion: UInt32 = 1
}
