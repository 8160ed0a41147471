import OrderedCollections
import Testing
import WireProtocol

@testable import AnnscopeDaemon
@testable import MapLayout

@Suite("Events of maps")
struct LayoutEventsTests {
    /// Every eighth node is on level 1; node n stands at (n, 2n), and its level's parity is of no matter.
    private func draft(count: Int, placed: Int, levels: Int = 2) -> MapDraft {
        let nodes = MapNodes(count: count, maxLevel: levels - 1) { $0 % 8 == 0 ? levels - 1 : 0 }
        let order = nodes.order[..<placed]
        return MapDraft(
            nodes: nodes, placed: placed, x: order.map { UInt16(truncatingIfNeeded: $0) },
            y: order.map { UInt16(truncatingIfNeeded: 2 * $0) }, cells: nil, method: "made", done: 1, total: 2)
    }

    private func nodes(_ event: StreamEvent) -> [UInt32] {
        if case .u32(let nodes)? = event.columns.first(where: { $0.name == "node" })?.column { nodes } else { [] }
    }

    @Test func `chunks keep their keys while more nodes get places`() {
        let few = LayoutEvents.nodes(draft(count: 30_000, placed: 5000), levels: 0..<2)
        let all = LayoutEvents.nodes(draft(count: 30_000, placed: 30_000), levels: 0..<2)
        #expect(few.map(\.key) == ["nodes/1/0", "nodes/0/0"])
        #expect(all.map(\.key) == ["nodes/1/0", "nodes/0/0", "nodes/0/1", "nodes/0/2", "nodes/0/3"])
        #expect(few[0] == all[0] && nodes(few[0]).count == 3750)
        #expect(nodes(few[1]).count == 1250 && nodes(all[1]).count == 8192)
        #expect(nodes(all[1]).starts(with: nodes(few[1])))
        #expect(all.flatMap(nodes).sorted() == Array(0..<30_000))
    }

    @Test func `of a map that is not sent whole come the levels above 0 that keep to the limit`() {
        let made = draft(count: 8000, placed: 8000, levels: 4).nodes
        #expect(LayoutEvents.sentLevels(made, fullMapNodes: 8000) == 0..<4)
        #expect(LayoutEvents.sentLevels(made, fullMapNodes: 7999) == 1..<4)
        #expect(LayoutEvents.sentLevels(made, fullMapNodes: 1000) == 1..<4)
        #expect(LayoutEvents.sentLevels(made, fullMapNodes: 999) == 4..<4)
        #expect(LayoutEvents.sentLevels(MapNodes(count: 10), fullMapNodes: 9) == 1..<1)
        #expect(LayoutEvents.sentLevels(MapNodes(count: 0), fullMapNodes: 9) == 0..<1)
    }

    @Test func `a sample always has as many chunks, so that it replaces the one before`() {
        let made = draft(count: 60_000, placed: 60_000)
        let some = LayoutEvents.density(draft(count: 60_000, placed: 9000), levels: 0..<1, most: 20_000)
        let all = LayoutEvents.density(made, levels: 0..<1, most: 20_000)
        #expect(some.map(\.key) == all.map(\.key))
        #expect(all.map(\.key) == ["density", "nodes/0/0", "nodes/0/1", "nodes/0/2"])
        #expect(all.dropFirst().allSatisfy { $0.members["sample"] == true && nodes($0).count <= 8192 })
        #expect(some.flatMap(nodes).count == 1500)
        let sample = all.flatMap(nodes)
        #expect(sample.count > 15_000 && Set(sample).count == sample.count && sample.allSatisfy { $0 % 8 != 0 })
    }

    @Test func `the first nodes of a map without levels stand for nothing`() {
        let flat = draft(count: 10_000, placed: 5000, levels: 1)
        #expect(LayoutEvents.density(flat, levels: 0..<1, most: 100).isEmpty)
        // A few of the upper level are no picture of the density, but they are there.
        #expect(LayoutEvents.density(draft(count: 10_000, placed: 1000), levels: 0..<1, most: 100).isEmpty)
        let whole = LayoutEvents.density(draft(count: 10_000, placed: 10_000, levels: 1), levels: 0..<1, most: 100)
        #expect(whole.first?.members["from"] == 10_000)
    }

    @Test func `a full map gives way to another full one alone, one in the making to all`() {
        func picture(_ revision: Int, all placesAll: Bool, isFinished: Bool = false) -> MapPicture {
            MapPicture(
                revision: revision, started: LayoutEvents.progress(done: revision, total: 0), isFinished: isFinished,
                placesAll: placesAll, isWhole: true, places: nil, tiles: nil)
        }
        #expect(picture(1, all: false).mayReplace(nil))
        #expect(picture(2, all: false).mayReplace(picture(1, all: false)))
        #expect(!picture(2, all: false).mayReplace(picture(1, all: true)))
        #expect(picture(2, all: true).mayReplace(picture(1, all: true)))
        #expect(picture(2, all: true, isFinished: true).continues(picture(2, all: true)))
        // A finished map that is made anew is another map.
        let finished = picture(2, all: true, isFinished: true)
        #expect(!picture(2, all: false).mayReplace(finished) && !picture(2, all: true).continues(finished))
        #expect(picture(2, all: true).mayReplace(finished))
    }

    @Test func `changes name no more nodes than there is room for, but count all`() {
        let spot = MapChanges.Spot(x: 1, y: 2)
        let events = LayoutEvents.changes(
            MapChanges(
                added: Array(0..<30_000), moved: (0..<25_000).map { .init(node: $0, from: spot) },
                removed: Array(repeating: spot, count: 20_001)), revision: 4)
        #expect(events.map { $0.members["count"] } == [30_000, 25_000, 20_001])
        #expect(events.allSatisfy { $0.columns.allSatisfy { $0.column.byteCount <= 80_000 } })
        #expect(nodes(events[1]) == Array(0..<20_000))
    }
}
