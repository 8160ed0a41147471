internal import CVectorKernels
internal import IndexFiles

/// Makes one map: start places by PCA or from the map before, then a force layout over the index's own neighbour graph.
struct MapMaker {
    let index: IndexFile
    let seed: UInt64
    let previous: IndexMap?
    let nodes: MapNodes

    init(index: IndexFile, seed: UInt64, previous: IndexMap?) {
        self.index = index
        self.seed = seed
        self.previous = previous
        if let graph = index.structure.graph {
            nodes = MapNodes(count: index.count, maxLevel: graph.maxLevel, levelOf: graph.level(of:))
        } else {
            nodes = MapNodes(count: index.count)
        }
    }

    func draft(done: Int, total: Int) -> MapDraft {
        MapDraft(nodes: nodes, placed: 0, x: [], y: [], cells: nil, method: "", done: done, total: total)
    }

    /// Components of a stored vector.
    var dimension: Int { index.vectors?.dimension ?? index.dimension }

    /// Vectors whose principal components stand for those of all.
    static let maxSample = 4096
    /// Up to so many vectors or centroids, exact neighbours are looked for by comparing all pairs.
    static let maxAllPairs = 4096
    static let neighbours = 10
    /// Link updates that a layout may take in all; few nodes get many epochs.
    private static let maxUpdates = 24_000_000
    private static let epochRange = 8...300
    /// The spread of the start, in units of the layout, where linked nodes come to be about 1 apart.
    private static let startSpread: Float = 10
    /// A known revision is refined only gently, or its nodes would wander.
    private static let refineRate: Float = 0.1
    private static let refineEpochs = 20

    func make(_ progress: (Int, Int) -> Bool) -> IndexMap? {
        let fingerprints = (0..<UInt32(index.count)).map(fingerprint)
        if let previous, previous.fingerprints == fingerprints, previous.isFor(index) { return previous }
        switch index.structure {
        case .ivf(let lists) where lists.centroids?.count == lists.nlist:
            return cellMap(lists, fingerprints, progress)
        case .hnsw, .faissHNSW, .nsg, .usearch:
            return nodeMap(
                fingerprints, progress, links: { index.structure.graph.map(graphLinks) },
                method: index.vectors == nil
                    ? "the graph's links of layer 0, laid out by forces from chance places: no vectors are stored"
                    : "the graph's links of layer 0, laid out by forces from a PCA start")
        case .flat, .ivf, .forest:
            let isSmall = index.count <= Self.maxAllPairs
            return nodeMap(
                fingerprints, progress, links: { isSmall ? neighbourLinks(rows(all: index.count)) : nil },
                method: isSmall
                    ? "the \(Self.neighbours) nearest neighbours of each vector, laid out by forces from a PCA start"
                    : "the first two principal components (PCA)")
        }
    }

    // MARK: Nodes

    private func nodeMap(
        _ fingerprints: [UInt64], _ progress: (Int, Int) -> Bool, links: () -> ForceLayout.Links?, method: String
    ) -> IndexMap? {
        guard index.count > 0 else {
            return IndexMap(nodes: nodes, x: [], y: [], cells: nil, method: method, fingerprints: [])
        }
        let links = links()
        if let (layout, known) = restart(fingerprints, links) {
            var layout = layout
            if let links, known < index.count {
                let epochs = Self.refineEpochs
                guard
                    layout.run(
                        links, epochs: epochs, rate: Self.refineRate, seed: seed, progress: { progress($0, epochs) })
                else { return nil }
            }
            // The frame of the map before stays, so that its nodes stay.
            return IndexMap(
                nodes: nodes, x: layout.x.map { MapFrame.mapUnit(0.5 + $0 / Self.frameScale) },
                y: layout.y.map { MapFrame.mapUnit(0.5 + $0 / Self.frameScale) }, cells: nil, method: method,
                fingerprints: fingerprints)
        }
        var layout = index.vectors == nil ? chanceStart() : principalStart(index.vectors, count: index.count)
        if let links {
            let epochs = Self.epochs(links)
            guard layout.run(links, epochs: epochs, rate: 1, seed: seed, progress: { progress($0, epochs) }) else {
                return nil
            }
        }
        return IndexMap(
            nodes: nodes, x: MapFrame.fit(layout.x).map(MapFrame.mapUnit),
            y: MapFrame.fit(layout.y).map(MapFrame.mapUnit),
            cells: nil, method: method, fingerprints: fingerprints)
    }

    /// Layout units across the frame of a map that is taken up again.
    private static let frameScale: Float = 40

    private static func epochs(_ links: ForceLayout.Links) -> Int {
        min(max(maxUpdates / max(1, links.targets.count), epochRange.lowerBound), epochRange.upperBound)
    }

    /// The places of the map before, when it knows at least half of the vectors.
    ///
    /// - Returns: the start, and how many nodes it knows.
    private func restart(_ fingerprints: [UInt64], _ links: ForceLayout.Links?) -> (ForceLayout, known: Int)? {
        guard let previous, previous.cells == nil, let links else { return nil }
        var places: [UInt64: Int] = [:]
        for (node, print) in previous.fingerprints.enumerated() { places[print] = node }
        let old = fingerprints.map { places[$0] }
        let known = old.count { $0 != nil }
        guard known * 2 >= old.count else { return nil }
        func unit(_ value: UInt16) -> Float { (Float(value) / 65535 - 0.5) * Self.frameScale }
        var x = old.map { $0.map { unit(previous.x[$0]) } ?? .nan }
        var y = old.map { $0.map { unit(previous.y[$0]) } ?? .nan }
        var random = SplitMix64(seed: seed)
        for node in x.indices where x[node].isNaN {
            // A new node stands among its placed neighbours, or in the middle.
            var sum: (x: Float, y: Float, count: Float) = (0, 0, 0)
            for link in links.starts[node]..<links.starts[node + 1] {
                let other = Int(links.targets[link])
                guard !x[other].isNaN else { continue }
                sum = (sum.x + x[other], sum.y + y[other], sum.count + 1)
            }
            x[node] = sum.x / max(1, sum.count) + random.unit() * 0.1
            y[node] = sum.y / max(1, sum.count) + random.unit() * 0.1
        }
        return (ForceLayout(x: x, y: y), known)
    }

    /// Places by chance, for a graph whose vectors are not stored.
    private func chanceStart() -> ForceLayout {
        var random = SplitMix64(seed: seed)
        var x: [Float] = []
        var y: [Float] = []
        for _ in 0..<index.count {
            x.append((random.unit() - 0.5) * Self.startSpread)
            y.append((random.unit() - 0.5) * Self.startSpread)
        }
        return ForceLayout(x: x, y: y)
    }

    /// The first `count` vectors in the plane in which they vary most.
    func principalStart(_ vectors: StoredVectors?, count: Int) -> ForceLayout {
        let step = max(1, count / Self.maxSample)
        let dimension = vectors?.dimension ?? dimension
        let sample = VectorRows(vectors, count: min(count, Self.maxSample), dimension: dimension) {
            UInt32($0 * step)
        }
        let plane = PrincipalPlane(sample, seed: seed)
        var x: [Float] = []
        var y: [Float] = []
        // In parts, so that a large index is not copied as a whole.
        for start in stride(from: 0, to: count, by: Self.maxSample) {
            let part = VectorRows(vectors, count: min(Self.maxSample, count - start), dimension: dimension) {
                UInt32(start + $0)
            }
            let places = plane.project(part)
            x += places.x
            y += places.y
        }
        return ForceLayout(x: Self.spread(x), y: Self.spread(y))
    }

    /// Centred, with a common standard deviation, so that forces act alike whatever the vectors' length.
    private static func spread(_ values: [Float]) -> [Float] {
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(max(1, values.count))
        let variance =
            values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / Double(max(1, values.count))
        guard variance > 0, variance.isFinite else { return values.map { _ in 0 } }
        let factor = Double(startSpread) / 2 / variance.squareRoot()
        // Outliers of heavy tails would take ages to come in.
        return values.map { min(max(Float((Double($0) - mean) * factor), -2 * startSpread), 2 * startSpread) }
    }

    // MARK: Links

    private func graphLinks(_ graph: any LayeredGraph) -> ForceLayout.Links {
        var links = ForceLayout.Links()
        var targets: [UInt32] = []
        var meter = LinkMeter(index.vectors, dimension: dimension)
        for node in 0..<UInt32(graph.count) {
            targets.removeAll(keepingCapacity: true)
            graph.forEachLink(of: node, level: 0) { targets.append($0) }
            let distances = meter.squaredDistances(from: node, to: targets)
            // An infinite or undefined distance is as far as can be.
            links.addNode(
                targets.enumerated().map {
                    (row: Int($1), squared: distances[$0].isFinite ? distances[$0] : .greatestFiniteMagnitude)
                })
        }
        return links
    }

    func neighbourLinks(_ rows: VectorRows) -> ForceLayout.Links {
        var links = ForceLayout.Links()
        for found in rows.nearest(Self.neighbours) { links.addNode(found) }
        return links
    }

    private func rows(all count: Int) -> VectorRows {
        VectorRows(index.vectors, count: count, dimension: dimension) { UInt32($0) }
    }

    /// FNV-1a over 64-bit words of the vector; of the node's number where no vectors are stored.
    private func fingerprint(_ node: UInt32) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01B3 }
        guard index.vectors != nil else {
            mix(UInt64(node))
            return hash
        }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: dimension) { components in
            guard let start = components.baseAddress else { return }
            index.vectors?.decode(node, into: start)
            for component in components { mix(UInt64(component.bitPattern)) }
        }
        return hash
    }
}

extension IndexMap {
    /// Its nodes are this index's nodes if their vectors are the same: the shape must be too.
    fileprivate func isFor(_ index: IndexFile) -> Bool {
        switch index.structure {
        case .ivf(let lists): cells?.sizes == (0..<lists.nlist).map { UInt32(lists.size(of: $0)) }
        case .hnsw, .faissHNSW, .nsg, .usearch, .flat, .forest: cells == nil
        }
    }
}
