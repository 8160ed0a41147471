import Foundation
import IndexFiles
import Testing

@testable import MapLayout

@Suite("Places of nodes")
struct MapPlacesTests {
    @Test func `a node of a map in the making has its place, or none yet`() {
        let draft = MadeMap.draft(count: 300, placed: 40)
        let places = MapPlaces(draft, ranks: draft.nodes.ranks)
        #expect(!places.areAll)
        for (rank, node) in draft.nodes.order.enumerated() {
            let expected = rank < 40 ? MapChanges.Spot(x: draft.x[rank], y: draft.y[rank]) : nil
            #expect(places.place(of: node) == expected)
        }
        #expect(places.place(of: 300) == nil && places.place(of: .max) == nil)
    }

    @Test func `a finished map has all places`() throws {
        let index = try demo()
        let map = try #require(IndexMap(of: index))
        let places = MapPlaces(MapDraft(map), ranks: map.nodes.ranks)
        #expect(places.areAll)
        for node in [UInt32(0), 115, 999] {
            #expect(places.place(of: node) == .init(x: map.x[Int(node)], y: map.y[Int(node)]))
        }
    }

    @Test func `a node without a place stands among the nodes it is linked with`() throws {
        let index = try demo()
        let map = try #require(IndexMap(of: index))
        let whole = MapDraft(map)
        let upper = whole.nodes.levels[1].upperBound
        let draft = MapDraft(
            nodes: whole.nodes, placed: upper, x: Array(whole.x[..<upper]), y: Array(whole.y[..<upper]), cells: nil,
            method: "", done: 1, total: 2)
        let places = MapPlaces(draft, ranks: map.nodes.ranks)
        let graph = try #require(index.structure.graph)
        var found = 0
        for node in whole.nodes.order[upper...] {
            let linked = graph.linkedNodes(of: node, level: 0).compactMap { places.place(of: $0) }
            let spot = places.placeAmongLinks(of: node, in: index)
            #expect((spot == nil) == linked.isEmpty)
            guard let spot, let left = linked.map(\.x).min(), let right = linked.map(\.x).max() else { continue }
            #expect((left...right).contains(spot.x))
            if linked.count == 1 { #expect(spot == linked[0]) }
            found += 1
        }
        #expect(found > 100)
        #expect(places.placeAmongLinks(of: 5000, in: index) == nil)
    }

    private func demo() throws -> IndexFile {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try IndexFile.open(
            path: root.appending(path: "Sources/AnnscopeDaemon/Demo/hnswlib_M6_ef30_l2.index").path)
    }
}
