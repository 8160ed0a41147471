import Testing

@testable import IndexFiles

@Suite("Routes")
struct RouteFinderTests {
    static let names =
        (Oracle.names("hnswlib_").filter { $0 != "hnswlib_bruteforce" } + Oracle.names("faiss_hnsw")
        + Oracle.names("faiss_nsg")).map { $0 + ".bin" }
        + Oracle.names("usearch_", suffix: ".usearch").map { $0 + ".usearch" }
        + Oracle.names("voyager_", suffix: ".voy").map { $0 + ".voy" }

    /// Links from the entry point to each node, by relaxing every step until nothing changes.
    private func lengths(_ graph: any LayeredGraph) -> [Int?] {
        guard let entry = graph.entryNode else { return [] }
        var known = (0..<UInt32(graph.count)).map { [Int?](repeating: nil, count: graph.level(of: $0) + 1) }
        known[Int(entry)][graph.level(of: entry)] = 0
        var hasChanged = true
        func improve(_ node: UInt32, _ layer: Int, _ length: Int) {
            guard layer < known[Int(node)].count, (known[Int(node)][layer] ?? .max) > length else { return }
            known[Int(node)][layer] = length
            hasChanged = true
        }
        while hasChanged {
            hasChanged = false
            for node in 0..<UInt32(graph.count) {
                for layer in known[Int(node)].indices.reversed() {
                    guard let length = known[Int(node)][layer] else { continue }
                    if layer > 0 { improve(node, layer - 1, length) }
                    for other in graph.linkedNodes(of: node, level: layer) { improve(other, layer, length + 1) }
                }
            }
        }
        return known.map { $0.compactMap(\.self).min() }
    }

    /// Checks that a route is one, and counts its links.
    private func links(_ route: GraphRoute, to node: UInt32, _ graph: any LayeredGraph) -> Int {
        #expect(route.hops.first?.node == graph.entryNode && route.hops.last?.node == node)
        #expect(route.hops.first?.layer == graph.maxLevel)
        var links = 0
        for (from, to) in zip(route.hops, route.hops.dropFirst()) {
            if from.node == to.node {
                #expect(to.layer == from.layer - 1)
            } else {
                #expect(from.layer == to.layer)
                #expect(graph.linkedNodes(of: from.node, level: from.layer).contains(to.node))
                links += 1
            }
        }
        return links
    }

    @Test("to every node the route is as short as can be", arguments: names)
    func shortest(name: String) throws {
        let index = try IndexFile.open(path: Oracle.path(name), hints: .init(metric: .l2))
        let graph = try #require(index.structure.graph)
        let finder = RouteFinder()
        for (node, length) in lengths(graph).enumerated() {
            switch finder.route(to: UInt32(node), in: index.structure, isCancelled: { false }) {
            case .found(let route): #expect(links(route, to: UInt32(node), graph) == length)
            case .unreachable: #expect(length == nil)
            case .cancelled, nil: Issue.record("there is no outcome")
            }
        }
    }

    @Test func `a finder goes from graph to graph, and can be called off`() throws {
        let finder = RouteFinder()
        let large = try IndexFile.open(path: Oracle.path("hnswlib_l2_gauss.bin"))
        let small = try IndexFile.open(path: Oracle.path("faiss_hnsw_single.bin"))
        let last = UInt32(large.count - 1)
        let route = finder.route(to: last, in: large.structure, isCancelled: { false })
        #expect(finder.route(to: last, in: large.structure, isCancelled: { true }) == .cancelled)
        #expect(
            finder.route(to: 0, in: small.structure, isCancelled: { false })
                == .found(GraphRoute(hops: [.init(node: 0, layer: small.structure.graph?.maxLevel ?? -1)])))
        #expect(finder.route(to: last, in: large.structure, isCancelled: { false }) == route)
        let flat = try IndexFile.open(path: Oracle.path("faiss_flat_l2.bin"))
        #expect(finder.route(to: 0, in: flat.structure, isCancelled: { false }) == nil)
    }
}
