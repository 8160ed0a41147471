internal import CVectorKernels
public import IndexFiles

/// Finds the place of a node on a map, also on one that is still being made.
public struct MapPlaces: Sendable {
    /// Where each node stands in the order of nodes.
    private let ranks: [UInt32]
    private let placed: Int
    private let x: [UInt16]
    private let y: [UInt16]

    /// - Parameter ranks: `MapNodes.ranks` of the draft's nodes, which all drafts of a map have in common.
    public init(_ draft: MapDraft, ranks: [UInt32]) {
        self.ranks = ranks
        placed = draft.placed
        x = draft.x
        y = draft.y
    }

    /// Every node has a place.
    public var areAll: Bool { placed == ranks.count }

    /// nil for a node that has none yet, or that is not on the map at all.
    public func place(of node: UInt32) -> MapChanges.Spot? {
        guard Int(node) < ranks.count, case let rank = Int(ranks[Int(node)]), rank < placed else { return nil }
        return .init(x: x[rank], y: y[rank])
    }

    /// The mean of the places of the nodes that a node is linked with on level 0, the nearer ones counting more: where it
    /// stands while it has no place of its own.
    ///
    /// - Returns: nil when none of them has a place.
    public func placeAmongLinks(of node: UInt32, in index: IndexFile) -> MapChanges.Spot? {
        guard let graph = index.structure.graph, Int(node) < min(graph.count, index.count) else { return nil }
        var linked: [(node: UInt32, spot: MapChanges.Spot)] = []
        graph.forEachLink(of: node, level: 0) { other in
            if other != node, let spot = place(of: other) { linked.append((other, spot)) }
        }
        guard !linked.isEmpty else { return nil }
        let distances = Self.squaredDistances(from: node, to: linked.map(\.node), in: index)
        let nearest = distances.min() ?? 0
        var sum = (weight: 0.0, x: 0.0, y: 0.0)
        for ((_, spot), distance) in zip(linked, distances) {
            // 1 for the nearest; all alike where there is nothing to go by.
            let weight = nearest > 0 ? Double(nearest / distance) : distance == nearest ? 1 : 0
            sum = (sum.weight + weight, sum.x + weight * Double(spot.x), sum.y + weight * Double(spot.y))
        }
        return .init(x: UInt16((sum.x / sum.weight).rounded()), y: UInt16((sum.y / sum.weight).rounded()))
    }

    /// Zeros where no vectors are stored; what can't be measured is as far as can be.
    private static func squaredDistances(from node: UInt32, to others: [UInt32], in index: IndexFile) -> [Float] {
        guard index.vectors != nil else { return others.map { _ in 0 } }
        let own = index.vectorComponents(node)
        let kernel = annscope_best_kernels().squared_l2
        return others.map { other in
            let components = index.vectorComponents(other)
            var distance: Float = 0
            components.withUnsafeBytes { bytes in
                guard let row = bytes.baseAddress else { return }
                withUnsafePointer(to: row) { kernel(own, $0, 1, own.count, &distance) }
            }
            return distance.isFinite ? distance : .greatestFiniteMagnitude
        }
    }
}

extension MapNodes {
    /// For each node where it stands in the order.
    public var ranks: [UInt32] {
        var ranks = [UInt32](repeating: 0, count: order.count)
        for (rank, node) in order.enumerated() { ranks[Int(node)] = UInt32(rank) }
        return ranks
    }
}
