internal import IndexFiles
internal import MapLayout
internal import WireProtocol

extension LayoutEvents {
    /// Nodes in one event: small enough to leave room for live steps between two of them.
    private static let chunkNodes = 8192
    /// More pairs of level 0 than this are no picture but a grey sheet.
    private static let maxBaseLinks = 60_000

    /// A whole map, the most important first: the top level, the levels below, then links and cells.
    static func all(_ map: IndexMap, of index: ServedIndex, milliseconds: Int) -> [StreamEvent] {
        var events: [StreamEvent] = []
        var levels: [[UInt32]] = []
        let structure: String
        switch index.file.structure {
        case .hnsw, .faissHNSW, .nsg, .usearch:
            structure = "hnsw"
            if let graph = index.file.structure.graph { levels = nodes(of: graph) }
        case .ivf:
            structure = "ivf"
            levels = [Array(0..<UInt32(index.file.count))]
        case .flat, .forest:
            structure = "flat"
            levels = [Array(0..<UInt32(index.file.count))]
        }
        events.append(
            started(
                revision: index.revision, structure: structure, nodes: index.file.count, levels: levels.count,
                cells: map.cells?.x.count ?? 0, method: map.method))
        if let cells = map.cells {
            events.append(
                self.cells(
                    x: cells.x, y: cells.y, size: cells.sizes, start: cells.starts, cornerX: cells.cornerX,
                    cornerY: cells.cornerY))
        }
        for (level, nodes) in levels.enumerated().reversed() {
            for (chunk, start) in stride(from: 0, to: nodes.count, by: chunkNodes).enumerated() {
                let part = Array(nodes[start..<min(start + chunkNodes, nodes.count)])
                events.append(
                    self.nodes(
                        level: level, chunk: chunk, node: part, x: part.map { map.x[Int($0)] },
                        y: part.map { map.y[Int($0)] }))
            }
        }
        if let graph = index.file.structure.graph { events += links(of: graph, levels: levels) }
        events.append(finished(revision: index.revision, nodes: index.file.count, milliseconds: milliseconds))
        return events
    }

    /// The nodes of each level whose highest it is; a node above the level where searches begin belongs to that one.
    private static func nodes(of graph: any LayeredGraph) -> [[UInt32]] {
        var levels: [[UInt32]] = Array(repeating: [], count: max(0, graph.maxLevel) + 1)
        for node in 0..<UInt32(graph.count) { levels[min(graph.level(of: node), levels.count - 1)].append(node) }
        return levels
    }

    private static func links(of graph: any LayeredGraph, levels: [[UInt32]]) -> [StreamEvent] {
        var events: [StreamEvent] = []
        var onLevel: [UInt32] = []
        for level in levels.indices.reversed() {
            onLevel += levels[level]
            if level == 0, graph.count * graph.maxBaseLinks > 2 * maxBaseLinks, baseLinkCount(graph) > 2 * maxBaseLinks
            {
                break
            }
            var pairs: Set<UInt64> = []
            for node in onLevel {
                graph.forEachLink(of: node, level: level) { other in
                    if other != node { pairs.insert(UInt64(min(node, other)) << 32 | UInt64(max(node, other))) }
                }
            }
            if level == 0, pairs.count > maxBaseLinks { break }
            let sorted = pairs.sorted()
            events.append(
                self.links(
                    level: level, from: sorted.map { UInt32($0 >> 32) },
                    to: sorted.map { UInt32(truncatingIfNeeded: $0) }))
        }
        return events
    }

    /// Links of level 0 as stored: at most twice the number of pairs.
    private static func baseLinkCount(_ graph: any LayeredGraph) -> Int {
        var count = 0
        for node in 0..<UInt32(graph.count) { graph.forEachLink(of: node, level: 0) { _ in count += 1 } }
        return count
    }
}
