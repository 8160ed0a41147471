internal import IndexFiles
internal import MapLayout
internal import Synchronization
internal import WireProtocol

/// Makes the pictures of one revision's map, from the first draft to the end.
final class MapPictureMaker: Sendable {
    private let index: ServedIndex
    private let fullMapNodes: Int
    private let previous: Int?
    /// `MapNodes.ranks`, which all pictures have in common, once one needed them.
    private let ranks = Mutex<[UInt32]?>(nil)

    /// - Parameters:
    ///   - fullMapNodes: vectors up to which a map is sent whole.
    ///   - previous: the revision whose map this one is compared with.
    init(index: ServedIndex, fullMapNodes: Int, previous: Int?) {
        self.index = index
        self.fullMapNodes = fullMapNodes
        self.previous = previous
    }

    /// The picture of a draft and the events after `started`, the most important first.
    func picture(_ draft: MapDraft, isFinished: Bool, withTiles: Bool) -> (MapPicture, [StreamEvent]) {
        let isWhole = draft.nodes.order.count <= fullMapNodes
        let sent = LayoutEvents.sentLevels(draft.nodes, fullMapNodes: fullMapNodes)
        var events = draft.cells.map { [LayoutEvents.cells($0)] } ?? []
        events += LayoutEvents.nodes(draft, levels: sent)
        if !isWhole {
            events += LayoutEvents.density(draft, levels: 0..<sent.lowerBound, most: fullMapNodes / 2)
        }
        let picture = MapPicture(
            revision: index.revision,
            started: LayoutEvents.started(draft, of: index, isWhole: isWhole, previous: previous),
            isFinished: isFinished, placesAll: draft.placesAll, isWhole: isWhole,
            places: isWhole ? nil : MapPlaces(draft, ranks: sharedRanks(draft.nodes)),
            tiles: isWhole || !withTiles ? nil : MapTiles(draft))
        return (picture, events)
    }

    /// The links of the levels that are sent node by node.
    func links(_ nodes: MapNodes) -> [StreamEvent] {
        guard let graph = index.file.structure.graph else { return [] }
        return LayoutEvents.links(
            of: graph, nodes: nodes, levels: LayoutEvents.sentLevels(nodes, fullMapNodes: fullMapNodes),
            isWhole: nodes.order.count <= fullMapNodes)
    }

    private func sharedRanks(_ nodes: MapNodes) -> [UInt32] {
        ranks.withLock { ranks in
            let known = ranks ?? nodes.ranks
            ranks = known
            return known
        }
    }
}
