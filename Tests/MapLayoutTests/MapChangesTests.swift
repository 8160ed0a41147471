import Testing

@testable import MapLayout

@Suite("What changes on a map")
struct MapChangesTests {
    @Test func `vectors are found again by what they are, not by their numbers`() {
        let old = MadeMap.map([(10, 0, 0), (11, 1000, 1000), (12, 2000, 2000), (13, 3000, 3000)])
        let new = MadeMap.map([(13, 3000, 3000), (14, 5, 5), (10, 400, 300), (12, 2000, 2100)])
        let changes = new.changes(since: old)
        #expect(changes.added == [1])
        #expect(changes.removed == [.init(x: 1000, y: 1000)])
        // The last moved by less than is seen.
        #expect(changes.moved == [.init(node: 2, from: .init(x: 0, y: 0))])
    }

    @Test func `what moved farthest comes first, and new vectors by their importance`() {
        let old = MadeMap.map([(1, 0, 0), (2, 0, 0), (3, 0, 0)])
        let nodes = MapNodes(count: 6, maxLevel: 1) { $0 == 5 ? 1 : 0 }
        let new = MadeMap.map(
            [(1, 500, 0), (2, 65535, 65535), (3, 0, 900), (7, 0, 0), (8, 0, 0), (9, 0, 0)], nodes: nodes)
        let changes = new.changes(since: old)
        #expect(changes.moved.map(\.node) == [1, 2, 0])
        #expect(changes.added == [5, 3, 4])
        #expect(changes.removed.isEmpty)
    }

    @Test func `of equal vectors the first stay, the last are new or gone`() {
        let few = MadeMap.map([(1, 0, 0), (5, 100, 0), (5, 200, 0)])
        let many = MadeMap.map([(1, 0, 0), (5, 100, 0), (5, 200, 0), (5, 300, 0), (6, 9, 9)])
        #expect(many.changes(since: few).added == [3, 4])
        #expect(few.changes(since: many).removed == [.init(x: 300, y: 0), .init(x: 9, y: 9)])
        let turned = MadeMap.map([(5, 100, 0), (5, 200, 0), (1, 0, 0)])
        let changes = turned.changes(since: few)
        #expect(changes.added.isEmpty && changes.removed.isEmpty && changes.moved.isEmpty)
    }

    @Test func `nothing is new on the same map, and all of an unknown one`() {
        let map = MadeMap.map([(1, 1, 1), (2, 2, 2)])
        #expect(map.changes(since: map) == MapChanges(added: [], moved: [], removed: []))
        let other = MadeMap.map([(3, 1, 1)])
        #expect(other.changes(since: map).added == [0] && other.changes(since: map).removed.count == 2)
        #expect(MadeMap.map([]).changes(since: map).removed.count == 2)
    }
}
