internal import IndexFiles

/// Makes one map.
struct MapMaker {
    let index: IndexFile
    let seed: UInt64
    let previous: IndexMap?
    let team: WorkTeam
    var pacer: MapPacer
    let nodes: MapNodes
    let fingerprints: [UInt64]

    /// - Parameter fingerprints: of the vectors; nil to make them.
    init(
        index: IndexFile, seed: UInt64, previous: IndexMap?, team: WorkTeam, fingerprints: [UInt64]? = nil,
        pacer: MapPacer
    ) {
        self.index = index
        self.seed = seed
        self.previous = previous
        self.team = team
        self.pacer = pacer
        self.fingerprints = fingerprints ?? Fingerprints.of(index, team: team)
        nodes = Self.nodes(of: index)
    }

    /// The nodes of an index by their importance. Where only a sample can be laid out, its nodes come first.
    static func nodes(of index: IndexFile) -> MapNodes {
        if let graph = index.structure.graph {
            return MapNodes(count: index.count, maxLevel: graph.maxLevel, levelOf: graph.level(of:))
        }
        let step = SampledVectors.step(index.count)
        guard step > 1 else { return MapNodes(count: index.count) }
        let sample = stride(from: 0, to: UInt32(index.count), by: step)
        let others = (0..<UInt32(index.count)).lazy.filter { Int($0) % step != 0 }
        return MapNodes(order: Array(sample) + others, levels: [0..<index.count])
    }

    mutating func make() -> IndexMap? {
        if let previous, previous.fingerprints == fingerprints, isKept(previous) {
            return finished(
                previous.frame, x: previous.x, y: previous.y, previous.method, cells: previous.cells,
                sites: previous.sites)
        }
        if let lists { return cellMap(lists) }
        guard index.count > 0 else { return finished(nil, x: [], y: [], "no vectors") }
        if let graph = index.structure.graph { return graphMap(graph) }
        return vectorMap()
    }

    /// The lists of an index whose centroids are known.
    private var lists: IVFLists? {
        guard case .ivf(let lists) = index.structure, lists.nlist > 0, lists.centroids?.count == lists.nlist
        else { return nil }
        return lists
    }

    /// The same vectors stand where they stood, unless their cells are others.
    private func isKept(_ previous: IndexMap) -> Bool {
        guard let lists else { return previous.cells == nil }
        return previous.cells?.sizes == (0..<lists.nlist).map { UInt32(lists.size(of: $0)) }
    }

    // MARK: What there is

    /// A draft of a layout of the first nodes in their order.
    static func draft(
        _ layout: ForceLayout, _ frame: MapFrame, _ nodes: MapNodes, method: String, done: Int, total: Int
    ) -> MapDraft {
        MapDraft(
            nodes: nodes, placed: layout.count,
            x: (0..<layout.count).map { MapFrame.mapUnit(frame.x.unit(layout.x($0))) },
            y: (0..<layout.count).map { MapFrame.mapUnit(frame.y.unit(layout.y($0))) },
            cells: nil, method: method, done: done, total: total)
    }

    /// The finished map of a layout of all nodes in their order.
    ///
    /// - Parameter kept: the map before, and for each place in the order the node there that stands where it stood.
    func finished(
        _ layout: ForceLayout, _ frame: MapFrame, _ method: String, kept: (map: IndexMap, nodes: [UInt32?])? = nil
    ) -> IndexMap {
        var x = [UInt16](repeating: 0, count: index.count)
        var y = x
        for (place, node) in nodes.order.enumerated() {
            if let kept, let old = kept.nodes[place] {
                x[Int(node)] = kept.map.x[Int(old)]
                y[Int(node)] = kept.map.y[Int(old)]
            } else {
                x[Int(node)] = MapFrame.mapUnit(frame.x.unit(layout.x(place)))
                y[Int(node)] = MapFrame.mapUnit(frame.y.unit(layout.y(place)))
            }
        }
        return finished(frame, x: x, y: y, method)
    }

    func finished(
        _ frame: MapFrame?, x: [UInt16], y: [UInt16], _ method: String, cells: MapCells? = nil,
        sites: CellSites? = nil
    ) -> IndexMap {
        IndexMap(
            // The order of a sample meant something only while the others had no place.
            nodes: index.structure.graph == nil ? MapNodes(count: index.count) : nodes, x: x, y: y, cells: cells,
            method: method, fingerprints: fingerprints, frame: frame, sites: sites)
    }

    // MARK: Layouts

    /// Moves a layout for a number of rounds, from a rate down to none.
    ///
    /// - Returns: false when the map is wanted no more.
    mutating func run(
        _ layout: inout ForceLayout, _ slots: AttractionSlots, rounds: Int, rate: Float, frozen: [UInt8]? = nil,
        frame: MapFrame? = nil, method: String
    ) -> Bool {
        for round in 0..<rounds {
            layout.move(
                slots, rate: rate * (1 - Float(round) / Float(rounds)), seed: seed, frozen: frozen, team: team)
            guard advance(layout.count, layout, frame, method) else { return false }
        }
        return true
    }

    /// - Parameter work: in nodes times rounds.
    mutating func advance(_ work: Int, _ layout: ForceLayout, _ frame: MapFrame? = nil, _ method: String) -> Bool {
        let nodes = nodes
        return pacer.advance(work, placed: layout.count) { done, total in
            Self.draft(layout, frame ?? MapFrame(layout), nodes, method: method, done: done, total: total)
        }
    }

    /// Some nodes in the plane in which their vectors vary most; by chance where none are stored.
    static func start(_ vectors: StoredVectors?, _ nodes: some RandomAccessCollection<UInt32>, seed: UInt64)
        -> ForceLayout
    {
        var random = SplitMix64(seed: seed)
        func noise(_ width: Float) -> Float { (random.unit() - 0.5) * width }
        guard let vectors, vectors.dimension > 0 else {
            return ForceLayout(
                x: nodes.map { _ in noise(startSpread) }, y: nodes.map { _ in noise(startSpread) })
        }
        let all = Array(nodes)
        let step = max(1, all.count / maxSample)
        let sample = VectorRows(vectors, count: min(all.count, maxSample), dimension: vectors.dimension) {
            all[$0 * step]
        }
        let plane = PrincipalPlane(sample, seed: seed)
        var x: [Float] = []
        var y: [Float] = []
        // In parts, so that a large index is not copied as a whole.
        for start in stride(from: 0, to: all.count, by: maxSample) {
            let part = VectorRows(vectors, count: min(maxSample, all.count - start), dimension: vectors.dimension) {
                all[start + $0]
            }
            let places = plane.project(part)
            x += places.x
            y += places.y
        }
        // Alike vectors could not be told apart if they started at one place.
        return ForceLayout(
            x: spread(x).map { $0 + noise(startNoise) }, y: spread(y).map { $0 + noise(startNoise) })
    }

    /// Vectors whose principal components stand for those of all.
    private static let maxSample = 4096
    /// The spread of the start, in units of the layout.
    private static let startSpread: Float = 10
    private static let startNoise: Float = 0.01

    /// Centred, with a common standard deviation, so that forces act alike whatever the vectors' length.
    private static func spread(_ values: [Float]) -> [Float] {
        let count = Double(max(1, values.count))
        let mean = values.reduce(0.0) { $0 + Double($1) } / count
        let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
        guard variance > 0, variance.isFinite else { return values.map { _ in 0 } }
        let factor = Double(startSpread) / 2 / variance.squareRoot()
        // Outliers of heavy tails would take ages to come in.
        return values.map { min(max(Float((Double($0) - mean) * factor), -2 * startSpread), 2 * startSpread) }
    }
}
