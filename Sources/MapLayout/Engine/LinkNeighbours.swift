internal import IndexFiles

/// Finds the neighbours of an index's nodes from what its graph knows already: a node's links on a layer, and the links of
/// the nearest of these. There is no search.
struct LinkNeighbours: Sendable {
    let graph: any LayeredGraph
    /// The nodes in the order of the layout, and where each stands in it.
    let order: [UInt32]
    let places: [UInt32]
    /// nil where the graph's vectors are not stored: then all links are alike, and the first ones count.
    let rows: RowReader?

    /// Nodes that one thread does at a stretch, and stretches between two looks at whether to go on.
    private static let stretch = 1024
    private static let round = 64
    /// Nodes that may hold those that nothing else holds.
    private static let maxAnchors = 256

    init(graph: any LayeredGraph, nodes: MapNodes, vectors: StoredVectors?) {
        self.graph = graph
        order = nodes.order
        var places = [UInt32](repeating: 0, count: nodes.order.count)
        for (place, node) in nodes.order.enumerated() { places[Int(node)] = UInt32(place) }
        self.places = places
        rows = RowReader(vectors)
    }

    /// The nearest neighbours of the first nodes of the order, as places in it. Links to later nodes don't count.
    ///
    /// - Parameters:
    ///   - level: the layer whose links are read; the first `count` nodes are on it.
    ///   - expanded: how many of a node's nearest links are asked for their own.
    ///   - width: neighbours kept of each node.
    ///   - only: for each node whether its neighbours are wanted; nil for all.
    ///   - progress: gets the nodes done since the last call; returning false stops.
    /// - Returns: nil when stopped.
    func table(
        count: Int, level: Int, expanded: Int, width: Int, only: [Bool]? = nil, team: WorkTeam,
        progress: (Int) -> Bool = { _ in true }
    ) -> NeighbourTable? {
        var isStopped = false
        var table = NeighbourTable(count: count, width: width)
        let most = maxLinks(level) * (1 + expanded) + 1
        table.withPlaces { nearest in
            let parts = (count + Self.stretch - 1) / Self.stretch
            for first in stride(from: 0, to: parts, by: Self.round) where !isStopped {
                let last = min(first + Self.round, parts)
                team.run(last - first) { part in
                    let finder = Finder(self, count: count, level: level, most: most)
                    let start = (first + part) * Self.stretch
                    for place in start..<min(start + Self.stretch, count) where only?[place] ?? true {
                        finder.find(UInt32(place), into: nearest(place), expanded: expanded)
                        // What nothing holds would be pushed away by all.
                        if nearest(place).ids[0] == .max { finder.hold(UInt32(place), nearest(place)) }
                    }
                }
                isStopped = !progress(min(last * Self.stretch, count) - first * Self.stretch)
            }
        }
        return isStopped ? nil : table
    }

    /// A node among the first of the order that is near one whose links lead nowhere.
    func anchor(of place: Int) -> Int? {
        let finder = Finder(self, count: order.count, level: 0, most: Self.maxAnchors)
        return finder.anchors(of: UInt32(place)).map { Int($0.place) }
    }

    /// Graphs of other libraries may have more links on a node than they promise; those beyond this are passed over.
    private func maxLinks(_ level: Int) -> Int { max(16, 2 * graph.maxBaseLinks) }

    /// Finds one node's neighbours after the other.
    private final class Finder {
        private let source: LinkNeighbours
        private let count: UInt32
        private let level: Int
        private let most: Int
        private var meter: RowReader.Meter?
        private var seen: SeenNodes
        /// Nodes of the index that wait to be measured.
        private var found: [UInt32] = []
        private var asked: [UInt32] = []

        init(_ source: LinkNeighbours, count: Int, level: Int, most: Int) {
            self.source = source
            self.count = UInt32(count)
            self.level = level
            self.most = most
            meter = source.rows.map(RowReader.Meter.init)
            seen = SeenNodes(capacity: most + 1)
        }

        func find(_ place: UInt32, into nearest: NearestPlaces, expanded: Int) {
            let node = source.order[Int(place)]
            seen.removeAll()
            _ = seen.insert(node)
            var room = most
            found.removeAll(keepingCapacity: true)
            collect(node, &room)
            measure(from: node, into: nearest)
            asked.removeAll(keepingCapacity: true)
            for id in nearest.ids.prefix(expanded) where id != .max { asked.append(source.order[Int(id)]) }
            found.removeAll(keepingCapacity: true)
            for other in asked { collect(other, &room) }
            measure(from: node, into: nearest)
        }

        /// Ties a node to the nearest anchor.
        func hold(_ place: UInt32, _ nearest: NearestPlaces) {
            if let anchor = anchors(of: place) { nearest.insert(anchor.place, anchor.squared) }
        }

        /// The nearest of the first nodes; any of them where no vectors are stored.
        func anchors(of place: UInt32) -> (place: UInt32, squared: Float)? {
            let anchors = (0..<UInt32(min(Int(count), LinkNeighbours.maxAnchors))).filter { $0 != place }
            guard !anchors.isEmpty else { return nil }
            guard meter != nil else { return (anchors[Int(place) % anchors.count], 1) }
            var best: (place: UInt32, squared: Float)?
            let node = source.order[Int(place)]
            anchors.map { source.order[Int($0)] }.withUnsafeBufferPointer { meter?.measure(from: node, to: $0) }
            guard let values = meter?.values else { return nil }
            for (number, anchor) in anchors.enumerated() where best.map({ values[number] < $0.squared }) ?? true {
                best = (anchor, values[number])
            }
            return best
        }

        private func collect(_ node: UInt32, _ room: inout Int) {
            guard source.graph.level(of: node) >= level || level == 0 else { return }
            source.graph.forEachLink(of: node, level: level) { other in
                guard room > 0, Int(other) < source.places.count, source.places[Int(other)] < count,
                    seen.insert(other)
                else { return }
                room -= 1
                found.append(other)
            }
        }

        private func measure(from node: UInt32, into nearest: NearestPlaces) {
            guard meter != nil else {
                for (rank, other) in found.enumerated() {
                    nearest.insert(source.places[Int(other)], Float(rank + 1))
                }
                return
            }
            found.withUnsafeBufferPointer { meter?.measure(from: node, to: $0) }
            guard let values = meter?.values else { return }
            for (place, other) in found.enumerated() { nearest.insert(source.places[Int(other)], values[place]) }
        }
    }
}
