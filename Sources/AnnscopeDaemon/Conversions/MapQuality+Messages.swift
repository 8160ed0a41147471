internal import MapLayout
internal import OrderedCollections
internal import WireProtocol

extension LayoutEvents {
    static func quality(_ quality: MapQuality, revision: Int) -> StreamEvent {
        self.quality(
            revision: revision, neighbours: MapQuality.neighbours, trustworthiness: quality.trustworthiness,
            kept: quality.kept, sampled: quality.sampled, among: quality.among, nodes: quality.nodes)
    }

    static func misplaced(_ misplaced: MisplacedNodes, revision: Int) -> StreamEvent {
        self.misplaced(
            revision: revision, count: misplaced.count, of: misplaced.lookedAt, node: misplaced.nodes,
            stretch: misplaced.stretches)
    }
}

extension IndexCatalogue.Entry {
    /// For `index.describe`; nil while there is no map.
    ///
    /// - Parameter fullMapNodes: a larger map is not sent whole.
    func mapSummary(fullMapNodes: Int) -> JSONValue? {
        guard let map else { return nil }
        var members: JSONObject = [
            "method": .string(map.method), "revision": .integer(Int64(mapRevision)),
            "whole": .bool(map.x.count <= fullMapNodes),
        ]
        members["quality"] = quality.map { .object(LayoutEvents.quality($0, revision: mapRevision).members) }
        return .object(members)
    }
}
