/// Keeps weights of a power diagram so near to each other that every site stands inside its own cell.
///
/// A site stands inside its cell when no other's weight exceeds its own by the squared distance between them. It is enough
/// to look at pairs that share a border of the Voronoi diagram: between others stands a third site inside the circle over
/// both, and its two squared distances are together smaller than theirs (Gabriel and Sokal 1969).
enum WeightLimits {
    /// A border keeps at least (1 − share) / 2 of the way between two sites from either.
    private static let share = 0.9

    private struct Bound {
        let weight: Double
        let site: Int
    }

    /// Takes the middle between the weights lowered as little as it takes and those raised as little as it takes: any mean of
    /// weights within the limits is within them, too.
    ///
    /// - Parameter diagram: of the same sites; says which are compared.
    static func hold(_ weights: inout [Double], _ points: [PlanePoint], _ diagram: PowerDiagram) {
        var lowered = weights
        lower(&lowered, points, diagram)
        var raised = weights.map { -$0 }
        lower(&raised, points, diagram)
        for site in weights.indices { weights[site] = (lowered[site] - raised[site]) / 2 }
    }

    /// From the lightest site up (Dijkstra 1959).
    private static func lower(_ weights: inout [Double], _ points: [PlanePoint], _ diagram: PowerDiagram) {
        var heap: [Bound] = []
        heap.reserveCapacity(weights.count)
        for site in weights.indices { push(Bound(weight: weights[site], site: site), to: &heap) }
        while let lightest = pop(&heap) {
            // A bound that was lowered further since is out of date.
            guard lightest.weight == weights[lightest.site] else { continue }
            let point = points[lightest.site]
            for edge in diagram.starts[lightest.site]..<diagram.starts[lightest.site + 1] {
                let other = Int(diagram.across[edge])
                guard other >= 0 else { continue }
                let dx = points[other].x - point.x
                let dy = points[other].y - point.y
                let bound = lightest.weight + share * (dx * dx + dy * dy)
                guard bound < weights[other] else { continue }
                weights[other] = bound
                push(Bound(weight: bound, site: other), to: &heap)
            }
        }
    }

    private static func push(_ bound: Bound, to heap: inout [Bound]) {
        var place = heap.count
        heap.append(bound)
        while place > 0, heap[(place - 1) / 2].weight > bound.weight {
            heap[place] = heap[(place - 1) / 2]
            place = (place - 1) / 2
        }
        heap[place] = bound
    }

    private static func pop(_ heap: inout [Bound]) -> Bound? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        var place = 0
        while 2 * place + 1 < heap.count {
            var child = 2 * place + 1
            if child + 1 < heap.count, heap[child + 1].weight < heap[child].weight { child += 1 }
            guard heap[child].weight < last.weight else { break }
            heap[place] = heap[child]
            place = child
        }
        heap[place] = last
        return first
    }
}
