internal import IndexFiles

extension MapMaker {
    /// The map of a graph, from its own links: the nodes of the upper levels first, then each level among those above it.
    mutating func graphMap(_ graph: any LayeredGraph) -> IndexMap? {
        let method =
            index.vectors == nil
            ? "the graph's own links, laid out by forces level by level from chance places: no vectors are stored"
            : "the graph's own links, laid out by forces level by level; the highest level starts by PCA"
        let links = LinkNeighbours(graph: graph, nodes: nodes, vectors: index.vectors)
        if let known = knownPlaces() {
            let width = EpochPlan.neighbours(index.count)
            let expanded = EpochPlan.expanded(index.count, level: 0)
            return regrown(
                known, method,
                table: { [team, count = index.count] wanted, progress in
                    links.table(
                        count: count, level: 0, expanded: expanded, width: width, only: wanted, team: team,
                        progress: progress)
                }, anchor: { links.anchor(of: $0) })
        }
        let levels = Self.layoutLevels(nodes)
        pacer.total = levels.reduce(0) { $0 + work(level: $1) }
        guard let top = levels.first else { return nil }
        var layout = Self.start(index.vectors, nodes.order[..<nodes.levels[top].upperBound], seed: seed)
        for level in levels {
            guard lay(&layout, level, links, method) else { return nil }
        }
        layout = turned(layout)
        return finished(layout, MapFrame(layout), method)
    }

    /// The upper levels alone, as far as they hold at most so many nodes: what `graphMap` shows first.
    mutating func topLevels(maxNodes: Int) -> MapDraft? {
        guard let graph = index.structure.graph, index.count > 0 else { return nil }
        let links = LinkNeighbours(graph: graph, nodes: nodes, vectors: index.vectors)
        let levels = Self.layoutLevels(nodes).filter { nodes.levels[$0].upperBound <= maxNodes }
        guard let top = levels.first else { return nil }
        var layout = Self.start(index.vectors, nodes.order[..<nodes.levels[top].upperBound], seed: seed)
        for level in levels {
            guard lay(&layout, level, links, "") else { return nil }
        }
        return Self.draft(
            layout, MapFrame(layout), nodes, method: "the upper levels of the graph, laid out by forces", done: 0,
            total: 1)
    }

    /// Levels that are laid out one after the other: from the highest that has enough nodes for a picture down to 0.
    ///
    /// Levels with few newcomers are passed over, or a file could ask for one layout of the same nodes after the other: all
    /// those above level 0 together hold at most `1 / (1 - 1 / growth)` times as many nodes as it does.
    static func layoutLevels(_ nodes: MapNodes) -> [Int] {
        let enough = max(1, min(nodes.order.count, fewest))
        var levels: [Int] = []
        var placed = 0.0
        for level in nodes.levels.indices.reversed() {
            let count = nodes.levels[level].upperBound
            guard level == 0 || (count >= enough && Double(count) >= growth * placed) else { continue }
            levels.append(level)
            placed = Double(count)
        }
        return levels
    }

    /// Fewer nodes than this have no shape.
    private static let fewest = 100
    /// A level above 0 has at least so many times the nodes of the level laid out before it.
    private static let growth = 1.5
    /// The work of finding a node's neighbours, in rounds.
    private static let tableWork = 30

    private func work(level: Int) -> Int {
        let count = nodes.levels[level].upperBound
        guard level == 0 else { return count * (EpochPlan.upperRounds(count) + Self.tableWork) }
        let sketch = count >= EpochPlan.sketched ? EpochPlan.sketchRounds + Self.tableWork / 3 : 0
        return count * (EpochPlan.rounds(count) + Self.tableWork + sketch)
    }

    /// Lays out a level: its newcomers among those of the levels above, then all of them.
    private mutating func lay(
        _ layout: inout ForceLayout, _ level: Int, _ links: LinkNeighbours, _ method: String
    ) -> Bool {
        let count = nodes.levels[level].upperBound
        var rate: Float = 1
        if level == 0, layout.count < count, count >= EpochPlan.sketched {
            guard
                let sketch = table(
                    links, count, level, expanded: 0, work: Self.tableWork / 3, layout, method)
            else { return false }
            layout = Growth.places(layout, sketch, seed: seed, anchor: { links.anchor(of: $0) })
            guard advance(0, layout, nil, method),
                run(
                    &layout, AttractionSlots(sketch, seed: seed, team: team), rounds: EpochPlan.sketchRounds, rate: 1,
                    method: method)
            else { return false }
            rate = 0.7
        }
        guard
            let table = table(
                links, count, level, expanded: EpochPlan.expanded(count, level: level), work: Self.tableWork, layout,
                method)
        else { return false }
        if layout.count < count {
            layout = Growth.places(layout, table, seed: seed, anchor: { links.anchor(of: $0) })
        }
        guard advance(0, layout, nil, method) else { return false }
        let slots = AttractionSlots(table, seed: seed, team: team)
        let rounds = level == 0 ? EpochPlan.rounds(count) : EpochPlan.upperRounds(count)
        return run(&layout, slots, rounds: rounds, rate: rate, method: method)
    }

    /// The neighbours of a level's nodes, while the layout of those above is what there is to see.
    ///
    /// - Parameter work: for each node, in rounds.
    private mutating func table(
        _ links: LinkNeighbours, _ count: Int, _ level: Int, expanded: Int, work: Int, _ layout: ForceLayout,
        _ method: String
    ) -> NeighbourTable? {
        let team = team
        return links.table(
            count: count, level: level, expanded: expanded, width: EpochPlan.neighbours(count), team: team,
            progress: { advance($0 * work, layout, nil, method) })
    }
}
