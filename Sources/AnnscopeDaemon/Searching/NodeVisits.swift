internal import IndexFiles
internal import MapLayout
internal import VectorSearch
internal import WireProtocol

/// Tells where the nodes are that a search comes to, each at its first visit: a viewer that does not have the whole map
/// can draw every step.
///
/// `@unchecked Sendable`: it belongs to one search at a time, whose steps come one after the other.
final class NodeVisits: @unchecked Sendable {
    /// A bit for each node.
    private var bits: [UInt64] = []
    /// The nodes whose bits are set: the next search clears these alone.
    private var visited: [UInt32] = []
    /// Nodes that were found, which a search has come to whether a step says so or not. Told with the next steps.
    var results: [UInt32] = []
    /// Nodes that got a place among their links, each of which takes some microseconds.
    private var guesses = 0

    /// Further nodes without a place stay without.
    private static let maxGuesses = 1024

    /// Begins a search over so many nodes.
    func begin(count: Int) {
        for node in visited { bits[Int(node) / 64] = 0 }
        visited.removeAll(keepingCapacity: true)
        results = []
        guesses = 0
        let words = (count + 63) / 64
        if bits.count < words { bits += [UInt64](repeating: 0, count: words - bits.count) }
    }

    /// The places of the nodes that these steps come to first.
    func newPlaces(
        _ events: some Sequence<TraceEvent>, _ header: TraceHeader, on map: MapPlaces, of index: IndexFile
    ) -> NodePlaces {
        var places = NodePlaces()
        func visit(_ node: UInt32) {
            guard isNew(node, count: index.count), let spot = place(of: node, on: map, of: index) else { return }
            places.node.append(node)
            places.x.append(spot.x)
            places.y.append(spot.y)
        }
        for event in events { if let node = event.vector(header) { visit(node) } }
        for node in results { visit(node) }
        results = []
        return places
    }

    private func isNew(_ node: UInt32, count: Int) -> Bool {
        let (word, bit) = (Int(node) / 64, UInt64(1) << UInt64(node % 64))
        guard Int(node) < count, word < bits.count, bits[word] & bit == 0 else { return false }
        bits[word] |= bit
        visited.append(node)
        return true
    }

    private func place(of node: UInt32, on map: MapPlaces, of index: IndexFile) -> MapChanges.Spot? {
        if let spot = map.place(of: node) { return spot }
        guard !map.areAll, guesses < Self.maxGuesses else { return nil }
        guesses += 1
        return map.placeAmongLinks(of: node, in: index)
    }
}
