import OrderedCollections
import Testing
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Replayed items")
struct ReplayedItemsTests {
    private let summary: JSONObject = ["name": "a", "revision": 1]

    private func told(_ nodes: [Int], revision: Int = 1, of index: String = "a", caption: String = "c") throws
        -> RecordedItems
    {
        RecordedItems(
            index: index, revision: revision,
            items: try nodes.map {
                try RecordedItem(json: [
                    "node": .integer(Int64($0)), "label": .integer(Int64(100 + $0)), "caption": .string(caption),
                ])
            })
    }

    private func answer(
        _ items: ReplayedItems, _ summary: JSONObject? = nil, labels: [WireLabel] = [], nodes: [UInt32] = []
    ) throws -> JSONValue {
        try JSONValue(parsing: items.reply("a", summary ?? self.summary, labels: labels, nodes: nodes).encoded())
    }

    @Test func `what is known is told by label and by node, and the rest is missing`() throws {
        var items = ReplayedItems()
        _ = items.add(try told([1, 2]))
        #expect(
            try answer(items, labels: [102, 7], nodes: [1, 9]) == [
                "revision": 1,
                "items": [
                    ["label": 102, "node": 2, "caption": "c"], ["label": 101, "node": 1, "caption": "c"],
                ], "missing": [7],
            ])
        let wide: JSONObject = ["name": "a", "revision": 1, "labels": "strings"]
        #expect(try answer(items, wide, labels: [7])["missing"] == ["7"])
    }

    @Test func `an item that comes again counts as it came last`() throws {
        var items = ReplayedItems()
        _ = items.add(try told([1]))
        _ = items.add(try told([1], caption: "d"))
        #expect(try answer(items, nodes: [1])["items"] == [["label": 101, "node": 1, "caption": "d"]])
    }

    @Test func `items of another revision than the index's are not told`() throws {
        var items = ReplayedItems()
        _ = items.add(try told([1], revision: 2))
        _ = items.add(try told([2], revision: 1))
        #expect(try answer(items, labels: [101], nodes: [1, 2]) == ["revision": 1, "items": [], "missing": [101]])
        let next: JSONObject = ["name": "a", "revision": 2]
        #expect(try answer(items, next, nodes: [1, 2])["items"] == [["label": 101, "node": 1, "caption": "c"]])
        items.remove(index: "a")
        #expect(try answer(items, next, nodes: [1])["items"] == [])
    }

    @Test func `when there are too many, the earlier ones go`() throws {
        var items = ReplayedItems(maxItems: 10)
        for start in stride(from: 0, to: 100, by: 4) { _ = items.add(try told(Array(start..<start + 4))) }
        let nodes = (0..<100).map(UInt32.init)
        let answer = try answer(items, labels: [100, 199], nodes: nodes)
        guard case .array(let kept)? = answer["items"] else { throw RecordingError(message: "no list") }
        #expect((2...11).contains(kept.count) && kept.last?["node"] == 99)
        #expect(answer["missing"] == [100])
    }

    @Test func `when they are too large, the earlier ones go`() throws {
        var items = ReplayedItems(maxBytes: 10_000)
        for node in 0..<50 { _ = items.add(try told([node], caption: String(repeating: "x", count: 1000))) }
        guard case .array(let kept)? = try answer(items, nodes: (0..<50).map(UInt32.init))["items"] else {
            throw RecordingError(message: "no list")
        }
        #expect((4...9).contains(kept.count) && kept.last?["node"] == 49)
    }

    @Test func `an item whose label changes is found by the new one alone`() throws {
        var items = ReplayedItems()
        for label: JSONValue in [1, 2] {
            _ = items.add(
                RecordedItems(index: "a", revision: 1, items: [try RecordedItem(json: ["node": 7, "label": label])]))
        }
        let answer = try answer(items, labels: [1, 2])
        #expect(answer["items"] == [["label": 2, "node": 7]] && answer["missing"] == [1])
    }

    @Test func `items are found by their label, then by their texts, whatever the case`() throws {
        var items = ReplayedItems()
        _ = items.add(try told([1, 2, 3], caption: "Dog 102"))
        let found = { (text: String, limit: Int) in
            try JSONValue(parsing: items.reply("a", summary, finding: text, limit: limit).encoded())
        }
        let answer = try found("102", 2)
        guard case .array(let list)? = answer["items"] else { throw RecordingError(message: "no list") }
        #expect(list.map { $0["node"] } == [2, 1] && answer["total"] == 3 && answer["truncated"] == false)
        #expect(try found("dOG", 50)["total"] == 3 && found("cat", 50)["total"] == 0)
        _ = items.add(try told(Array(10...10_100), caption: "many"))
        let many = try found("many", 1)
        #expect(many["total"] == 10_000 && many["truncated"] == true)
    }

    @Test func `fields are looked through, and the names of labels and pictures are not`() throws {
        var items = ReplayedItems()
        let item = try RecordedItem(json: [
            "node": 1, "label": 9, "category": "bird", "fields": ["author": "Nobody"], "media": "media/photo.jpg",
            "picture": "/9j/4AECAw==",
        ])
        _ = items.add(RecordedItems(index: "a", revision: 1, items: [item]))
        for (text, total) in [("nobody", 1), ("bird", 1), ("photo", 0), ("author", 0)] {
            let answer = try JSONValue(parsing: items.reply("a", summary, finding: text, limit: 5).encoded())
            #expect(answer["total"] == .integer(Int64(total)), "\(text)")
        }
    }

    @Test func `nothing but what is known of items is kept of a line`() throws {
        let item = try RecordedItem(
            json: [
                "node": 1, "label": "18446744073709551615", "caption": "c", "category": 7,
                "media": "javascript:alert(1)",
                "fields": ["year": "2001", "odd": ["x": 1]], "script": "x",
            ])
        #expect(
            item.members == [
                "label": "18446744073709551615", "node": 1, "caption": "c", "fields": ["year": "2001"],
            ])
    }

    @Test(
        "what is no item is refused",
        arguments: [
            #"{"label":1}"#, #"{"node":1}"#, #"{"node":-1,"label":1}"#, #"{"node":4294967296,"label":1}"#,
            #"{"node":1,"label":"x"}"#, #"{"node":1,"label":1.5}"#, "7",
        ])
    func oddItems(text: String) throws {
        let line = Array(#"{"at":1,"items":{"index":"a","revision":1,"items":[\#(text)]}}"#.utf8)
        #expect(throws: RecordingError.self) { try RecordingFormat.line(line) }
    }

    @Test func `an item with more text than anybody reads is refused`() throws {
        #expect(throws: RecordingError.self) {
            try RecordedItem(json: ["node": 1, "label": 1, "caption": .string(String(repeating: "x", count: 65536))])
        }
    }
}
