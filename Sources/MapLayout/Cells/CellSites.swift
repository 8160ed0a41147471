/// Where the layout of an IVF index put its centroids, by which a later revision with the same centroids starts alike.
struct CellSites: Sendable, Equatable {
    /// A hash of each centroid.
    let fingerprints: [UInt64]
    /// In map units.
    let x: [UInt16]
    let y: [UInt16]

    /// The places in the unit square.
    var points: [PlanePoint] {
        zip(x, y).map { PlanePoint(x: Double(MapFrame.unit($0)), y: Double(MapFrame.unit($1))) }
    }
}
