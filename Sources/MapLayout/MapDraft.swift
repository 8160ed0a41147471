/// A map that is still being made: the most important nodes have places already.
public struct MapDraft: Sendable {
    public let nodes: MapNodes
    /// The first so many of `nodes.order` have places.
    public let placed: Int
    /// Of the placed nodes, in their order; in map units.
    public let x: [UInt16]
    public let y: [UInt16]
    /// The cells of an IVF index, once they are known.
    public let cells: MapCells?
    /// How the places are found, for people.
    public let method: String
    /// Work done and to do, in units that mean nothing but their share.
    public let done: Int
    public let total: Int
}
