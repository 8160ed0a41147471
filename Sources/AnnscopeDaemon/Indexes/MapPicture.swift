internal import MapLayout
internal import WireProtocol

/// A map, finished or in the making, as viewers get it and searches use it.
struct MapPicture: Sendable {
    /// The revision whose nodes these are.
    let revision: Int
    /// What says which map this is. As long as it is the same, later events replace earlier ones key by key.
    let started: StreamEvent
    let isFinished: Bool
    /// Every node has its place.
    let placesAll: Bool
    /// The map is sent node by node.
    let isWhole: Bool
    /// Where nodes are, for the steps of searches; nil for a map that is sent whole.
    let places: MapPlaces?
    /// For viewers that look closer; nil for a map that is sent whole, and while nobody has asked.
    var tiles: MapTiles?

    /// It is the same map as an earlier picture, gone on.
    func continues(_ shown: MapPicture?) -> Bool {
        guard let shown else { return false }
        return shown.started == started && (isFinished || !shown.isFinished)
    }

    /// Nobody is to see a full map shrink: that of an earlier revision, or a finished one, stays until there is one with all
    /// nodes.
    func mayReplace(_ shown: MapPicture?) -> Bool {
        guard let shown, !continues(shown) else { return true }
        return placesAll || !shown.placesAll
    }
}
