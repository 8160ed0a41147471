internal import IndexFiles
internal import MapLayout
internal import WireProtocol

extension LayoutEvents {
    /// More pairs than this are no picture but a grey sheet.
    private static let maxPairs = 60_000

    /// The links of a graph, from the top level down.
    ///
    /// - Parameter levels: those whose nodes are all on the map, from 0 up. Level 0 of any map, and every level of a map
    ///   that is not sent whole, is left out when it has too many links.
    static func links(of graph: any LayeredGraph, nodes: MapNodes, levels: Range<Int>, isWhole: Bool) -> [StreamEvent] {
        var events: [StreamEvent] = []
        for level in levels.reversed() {
            // Nodes of a level are those whose highest it is, and all before them.
            let onLevel = nodes.order[..<nodes.levels[level].upperBound]
            let isLimited = level == 0 || !isWhole
            if isLimited, storedLinks(graph, onLevel, level, atMost: 2 * maxPairs) > 2 * maxPairs { continue }
            var pairs: Set<UInt64> = []
            for node in onLevel {
                graph.forEachLink(of: node, level: level) { other in
                    if other != node { pairs.insert(UInt64(min(node, other)) << 32 | UInt64(max(node, other))) }
                }
            }
            if isLimited, pairs.count > maxPairs { continue }
            let sorted = pairs.sorted()
            events.append(
                links(
                    level: level, from: sorted.map { UInt32($0 >> 32) },
                    to: sorted.map { UInt32(truncatingIfNeeded: $0) }))
        }
        return events
    }

    /// Links of a level as stored, at most twice the number of pairs; not counted far beyond a limit.
    private static func storedLinks(
        _ graph: any LayeredGraph, _ nodes: ArraySlice<UInt32>, _ level: Int, atMost limit: Int
    ) -> Int {
        var count = 0
        for node in nodes where count <= limit { graph.forEachLink(of: node, level: level) { _ in count += 1 } }
        return count
    }
}
