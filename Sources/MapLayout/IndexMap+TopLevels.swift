public import IndexFiles

extension IndexMap {
    /// The upper levels of an index's map alone, in the places that its whole map begins with.
    ///
    /// - Parameter maxNodes: nodes of the levels that are placed.
    /// - Returns: nil for an index that has no levels.
    public static func topLevels(of index: IndexFile, seed: UInt64 = 1, maxNodes: Int) -> MapDraft? { nil }
}
