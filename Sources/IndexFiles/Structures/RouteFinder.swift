/// The way from a graph's entry point to a node that follows the fewest links.
public struct GraphRoute: Sendable, Equatable {
    public struct Hop: Sendable, Equatable {
        public let node: UInt32
        public let layer: Int

        public init(node: UInt32, layer: Int) {
            self.node = node
            self.layer = layer
        }
    }

    /// From the entry point on its highest layer on. A hop to the same node one layer lower goes down; every other follows a
    /// link of its layer.
    public let hops: [Hop]
}

/// Finds routes, breadth first: a link costs one, the way down from a layer to the next costs nothing.
///
/// Its memory is kept for the next route: about 13 bytes a node.
public final class RouteFinder {
    /// A node that was reached on a layer, and so on all below.
    private struct Visit {
        let node: UInt32
        /// The visit whose link led here; `noNode` for the first.
        let from: UInt32
        let layer: Int16
        /// The lowest layer that the node was not reached on before.
        let lowest: Int16
    }

    public enum Outcome: Sendable, Equatable {
        case found(GraphRoute)
        /// No links lead there.
        case unreachable
        case cancelled
    }

    /// For each node the number of layers, from 0 up, that it was reached on.
    private var reached: [Int16] = []
    /// In the order of their distances, which is also that in which they are expanded.
    private var visits: [Visit] = []

    /// Visits between two looks at the cancellation.
    private static let sliceVisits = 1024
    /// What takes more memory than this is given back at once.
    private static let maxKeptVisits = 8 << 20

    public init() {}

    /// The route to a node that is below the graph's count; of several that are as short always the same.
    ///
    /// - Returns: nil where there is no graph.
    public func route(
        to node: UInt32, in structure: IndexObject.Structure, isCancelled: () -> Bool
    ) -> Outcome? {
        defer { if visits.capacity > Self.maxKeptVisits { (reached, visits) = ([], []) } }
        // Each by its own type: a walk through `any LayeredGraph` takes several times as long.
        switch structure {
        case .hnsw(let graph): return walk(graph, to: node, isCancelled)
        case .faissHNSW(let graph): return walk(graph, to: node, isCancelled)
        case .nsg(let graph): return walk(graph, to: node, isCancelled)
        case .usearch(let graph): return walk(graph, to: node, isCancelled)
        case .flat, .ivf, .forest: return nil
        }
    }

    private func walk(_ graph: some LayeredGraph, to target: UInt32, _ isCancelled: () -> Bool) -> Outcome {
        guard let entry = graph.entryNode, Int(entry) < graph.count, Int(target) < graph.count else {
            return .unreachable
        }
        visits.removeAll(keepingCapacity: true)
        if reached.count == graph.count {
            for node in reached.indices { reached[node] = 0 }
        } else {
            reached = Array(repeating: 0, count: graph.count)
        }
        let top = min(graph.level(of: entry), graph.maxLevel, Int(Int16.max) - 1)
        visits.append(Visit(node: entry, from: noNode, layer: Int16(top), lowest: 0))
        let outcome = reached.withUnsafeMutableBufferPointer { reached -> Outcome? in
            reached[Int(entry)] = Int16(top) + 1
            var isFound = entry == target
            var next = 0
            while !isFound {
                guard next < visits.count else { return .unreachable }
                if next % Self.sliceVisits == 0, isCancelled() { return .cancelled }
                let visit = visits[next]
                for layer in stride(from: visit.layer, through: visit.lowest, by: -1) {
                    graph.forEachLink(of: visit.node, level: Int(layer)) { node in
                        let known = reached[Int(node)]
                        // In a mapped file whose writer is at work a link may lead to a node that is not on the layer.
                        guard known <= layer, !isFound, layer == 0 || graph.level(of: node) >= Int(layer) else {
                            return
                        }
                        reached[Int(node)] = layer + 1
                        visits.append(Visit(node: node, from: UInt32(next), layer: layer, lowest: known))
                        isFound = node == target
                    }
                }
                next += 1
            }
            return nil
        }
        return outcome ?? .found(lastRoute)
    }

    /// The route to the last visit.
    private var lastRoute: GraphRoute {
        var hops: [GraphRoute.Hop] = []
        var place = visits.count - 1
        hops.append(GraphRoute.Hop(node: visits[place].node, layer: Int(visits[place].layer)))
        while visits[place].from != noNode {
            let from = visits[Int(visits[place].from)]
            for layer in visits[place].layer...from.layer {
                hops.append(GraphRoute.Hop(node: from.node, layer: Int(layer)))
            }
            place = Int(visits[place].from)
        }
        return GraphRoute(hops: hops.reversed())
    }
}
