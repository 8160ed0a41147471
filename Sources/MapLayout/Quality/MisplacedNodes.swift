internal import IndexFiles

/// The nodes that stand far from their true neighbours on a map, compared with what is usual on it.
public struct MisplacedNodes: Sendable, Equatable {
    /// The worst first, at most `maxNodes`.
    public let nodes: [UInt32]
    /// For each, how many times farther its true neighbours are drawn than is usual; above `threshold`.
    public let stretches: [Float]
    /// All that are above the threshold.
    public let count: Int
    /// Nodes that were looked at: all of a graph, otherwise those whose true neighbours were searched for.
    public let lookedAt: Int

    public static let maxNodes = 500
    /// Below, a node is where it can be.
    public static let threshold: Float = 3

    /// Whom a node's neighbours are taken from.
    enum Neighbourhoods {
        /// The nearest of its links of layer 0.
        case links(any LayeredGraph, StoredVectors)
        /// Some nodes' nearest, nearest first; of the others nothing is known.
        case known([UInt32: [UInt32]])
    }

    /// So many nearest neighbours speak for a node.
    private static let voices = 5
    /// Links that they are chosen from.
    private static let maxLinks = 8
    private static let cancelEvery: UInt32 = 4096

    init(nodes: [UInt32], stretches: [Float], count: Int, lookedAt: Int) {
        self.nodes = nodes
        self.stretches = stretches
        self.count = count
        self.lookedAt = lookedAt
    }

    /// - Returns: nil when cancelled.
    init?(of map: IndexMap, _ neighbourhoods: Neighbourhoods, isCancelled: () -> Bool) {
        var drawn: [(node: UInt32, length: Float)] = []
        var lengths: [Float] = []
        func add(_ node: UInt32, _ neighbours: some Sequence<UInt32>) {
            lengths.removeAll(keepingCapacity: true)
            for other in neighbours {
                let x = Float(map.x[Int(other)]) - Float(map.x[Int(node)])
                let y = Float(map.y[Int(other)]) - Float(map.y[Int(node)])
                lengths.append((x * x + y * y).squareRoot())
            }
            guard !lengths.isEmpty else { return }
            lengths.sort()
            drawn.append((node, lengths[lengths.count / 2]))
        }
        var lookedAt = 0
        switch neighbourhoods {
        case .known(let nearest):
            lookedAt = nearest.count
            for node in nearest.keys.sorted() { add(node, (nearest[node] ?? []).prefix(Self.voices)) }
        case .links(let graph, let vectors):
            drawn.reserveCapacity(graph.count)
            guard let rows = RowReader(vectors) else { break }
            lookedAt = graph.count
            var meter = RowReader.Meter(rows)
            var links: [UInt32] = []
            for node in 0..<UInt32(graph.count) {
                guard node % Self.cancelEvery != 0 || !isCancelled() else { return nil }
                links.removeAll(keepingCapacity: true)
                graph.forEachLink(of: node, level: 0) { other in
                    if links.count < Self.maxLinks, other != node { links.append(other) }
                }
                if links.count > Self.voices {
                    links.withUnsafeBufferPointer { meter.measure(from: node, to: $0) }
                    var nearest = NearestOf<Float>(Self.voices)
                    for place in links.indices { nearest.add(place, meter.values[place]) }
                    add(node, nearest.places.map { links[$0] })
                } else {
                    add(node, links)
                }
            }
        }
        self.init(drawn, lookedAt: lookedAt)
    }

    /// - Parameter drawn: nodes with how far their neighbours are drawn, in map units.
    private init(_ drawn: [(node: UInt32, length: Float)], lookedAt: Int) {
        let sorted = drawn.map(\.length).sorted()
        // On a map of nothing but duplicates the usual distance is 0; a unit of the map is the least there is.
        let usual = max(1, sorted.isEmpty ? 1 : sorted[sorted.count / 2])
        let worst = drawn.filter { $0.length > Self.threshold * usual }
            .sorted { ($1.length, $0.node) < ($0.length, $1.node) }
        let shown = worst.prefix(Self.maxNodes)
        self.init(
            nodes: shown.map(\.node), stretches: shown.map { $0.length / usual }, count: worst.count,
            lookedAt: lookedAt)
    }
}
