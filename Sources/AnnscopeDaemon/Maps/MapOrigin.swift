internal import MapLayout

/// Where a map comes from.
struct MapOrigin: Sendable, Equatable {
    /// What the store calls it; nil without a store.
    let key: ContentKey?
    /// It was made before, and kept.
    let isStored: Bool
}
