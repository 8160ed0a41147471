internal import IndexFiles

extension MapMaker {
    private static let neighbours = 15

    /// The map of an index without links or cells of its own, over the nearest neighbours of its vectors or of a sample.
    mutating func vectorMap() -> IndexMap? {
        let step = SampledVectors.step(index.count)
        let sample = (index.count + step - 1) / step
        guard let vectors = index.vectors else {
            let layout = Self.start(nil, nodes.order, seed: seed)
            return finished(layout, MapFrame(layout), "chance places: no vectors are stored and there are no links")
        }
        let decoded = vectors.areExact ? "" : "decoded "
        let method =
            step == 1
            ? "the \(Self.neighbours) nearest neighbours of each \(decoded)vector, laid out by forces from a PCA start"
            : "the \(Self.neighbours) nearest neighbours among \(sample) \(decoded)vectors, every \(step)th, laid out by "
                + "forces from a PCA start; the others at the nearest of these"
        let first = nodes.order[..<sample]
        let rows = VectorRows(vectors, count: sample, dimension: vectors.dimension) { first[Int($0)] }
        if step == 1, let known = knownPlaces() {
            let table = NeighbourTable.nearest(of: rows, width: Self.neighbours, seed: seed, threads: team)
            return regrown(known, method, table: { _, _ in table }, anchor: { _ in nil })
        }
        let rounds = EpochPlan.rounds(sample)
        pacer.total = sample * rounds + index.count
        var layout = Self.start(vectors, first, seed: seed)
        guard advance(0, layout, nil, method) else { return nil }
        let table = NeighbourTable.nearest(of: rows, width: Self.neighbours, seed: seed, threads: team)
        guard
            run(&layout, AttractionSlots(table, seed: seed, team: team), rounds: rounds, rate: 1, method: method)
        else { return nil }
        layout = turned(layout)
        let frame = MapFrame(layout)
        guard step > 1,
            let sampled = SampledVectors(nodes: nodes, sample: sample, vectors: vectors, team: team)
        else { return finished(layout, frame, method) }
        guard
            let all = sampled.places(
                layout, seed: seed, team: team, progress: { advance($0, layout, frame, method) })
        else { return nil }
        return finished(all, frame, method)
    }

    /// A layout of the first nodes, turned so that those that the map before knows are near where they were.
    func turned(_ layout: ForceLayout) -> ForceLayout {
        guard let previous, previous.x.count == previous.fingerprints.count else { return layout }
        let old = Self.matches(fingerprints, nodes.order, previous.fingerprints)
        let places = 0..<layout.count
        let (x, y) = Alignment.turned(
            x: places.map(layout.x), y: places.map(layout.y),
            to: places.map { place in
                old[place].map { (Float(previous.x[Int($0)]), Float(previous.y[Int($0)])) }
            })
        return ForceLayout(x: x, y: y)
    }
}
