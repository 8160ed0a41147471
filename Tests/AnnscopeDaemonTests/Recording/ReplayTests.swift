import Foundation
import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Replay")
struct ReplayTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "replay-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    /// A replay of a recording with this hello and these lines, a millisecond apart.
    private func replay(
        hello: JSONValue, _ lines: [[UInt8]], contents: RecordingContents = .items
    ) throws -> Replay {
        let path = folder.appending(path: UUID().uuidString).path
        let writer = try RecordingWriter(path: path, maxFileBytes: 1 << 20, maxFiles: 1, contents: contents)
        _ = try writer.write(hello: hello, at: 1)
        for line in lines { _ = try writer.write(line, at: 1) }
        return try Replay(try ReplayTimeline([path]), epoch: "replay", speed: 1)
    }

    private func line(_ at: Int, _ stream: String, _ event: String) -> [UInt8] {
        RecordingFormat.message(
            Array(
                #"{"jsonrpc":"2.0","method":"stream.events","params":{"stream":"\#(stream)","offset":\#(at),"events":[\#(event)]}}"#
                    .utf8), at: at)
    }

    private func steps(_ first: Int, _ kinds: [UInt8]) -> String {
        let event = StreamEvent(
            "search.steps", ["search": "s1", "first": .integer(Int64(first))],
            columns: ["kind": .u8(kinds), "to": .u32(kinds.map(UInt32.init))])
        return String(decoding: event.encoded(.base64), as: UTF8.self)
    }

    private let viewer = ViewerID(1)

    /// The replay's answer to a request, after what came before it.
    private func ask(
        _ replay: inout Replay, _ id: Int, _ method: String, _ params: JSONValue = [:]
    ) throws -> JSONValue? {
        let text = JSONValue.object([
            "jsonrpc": "2.0", "id": .integer(Int64(id)), "method": .string(method), "params": params,
        ]).encoded()
        replay.received(viewer, text, at: .seconds(id))
        for case .send(let message, _) in replay.tick(at: .seconds(id)) {
            let answer = try JSONValue(parsing: message)
            if answer["id"] == .integer(Int64(id)) { return answer["result"] ?? answer["error"] }
        }
        return nil
    }

    private let started = #"{"type":"search.started","search":"s1","index":"a","revision":1,"at":1,"header":{}}"#
    private let hello: JSONValue = ["epoch": "e", "indexes": [["name": "a", "revision": 1, "bytes": 7]]]

    private func watched(_ lines: [[UInt8]], contents: RecordingContents = .items) throws -> Replay {
        var replay = try replay(hello: hello, lines, contents: contents)
        replay.opened(viewer, peer: "", at: .zero)
        _ = try ask(&replay, 1, "initialize")
        _ = try ask(&replay, 2, "stream.subscribe", ["stream": "searches/a"])
        for second in 3..<6 { _ = replay.advance(to: .seconds(second)) }
        return replay
    }

    @Test func `all steps of a search make a trace`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var replay = try watched([
            line(2, "searches/a", started), line(3, "searches/a", steps(0, [0, 1])),
            line(4, "searches/a", steps(2, [9])),
            line(5, "searches/a", #"{"type":"search.finished","search":"s1","events":3,"truncated":false}"#),
        ])
        let trace = try ask(&replay, 7, "search.trace", ["search": "s1"])
        #expect(trace?["columns"]?["kind"] == [0, 1, 9])
        #expect(replay.hasShownSearches && replay.takeNotes().isEmpty)
    }

    @Test(
        "a search whose steps are not all there has no trace",
        arguments: [[(2, 1)], [(0, 2)], [(0, 2), (3, 1)], [(0, 1), (2, 1), (1, 1)]])
    func lostSteps(batches: [(first: Int, count: Int)]) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var lines = [line(2, "searches/a", started)]
        for (first, count) in batches {
            lines.append(line(3, "searches/a", steps(first, [UInt8](repeating: 1, count: count))))
        }
        lines.append(
            line(5, "searches/a", #"{"type":"search.finished","search":"s1","events":3,"truncated":false}"#))
        var replay = try watched(lines)
        #expect(try ask(&replay, 7, "search.trace", ["search": "s1"])?["code"] == -32002)
    }

    @Test func `what the recording lacks is said`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var replay = try watched([
            line(2, "searches/a", started), RecordingFormat.gap(stream: "searches/a", reason: "too slow", at: 3),
        ])
        #expect(replay.takeNotes() == ["the recording lacks events of searches/a: too slow"])
        #expect(replay.takeNotes().isEmpty)
    }

    @Test func `an index is described by its summary, as it is by then`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let changed: JSONValue = ["epoch": "e", "indexes": [["name": "a", "revision": 2, "bytes": 9]]]
        var replay = try watched([
            line(2, "searches/a", started), RecordingFormat.hello(changed, .items, file: 2, at: 3),
        ])
        #expect(
            try ask(&replay, 7, "index.describe", ["index": "a"]) == ["name": "a", "revision": 2, "bytes": 9])
        #expect(try ask(&replay, 8, "index.describe", ["index": "b"])?["code"] == -32001)
        // Who is there already hears of it.
        replay.received(
            viewer,
            Array(#"{"jsonrpc":"2.0","id":9,"method":"stream.subscribe","params":{"stream":"indexes"}}"#.utf8),
            at: .seconds(9))
        let texts = [9, 10].flatMap { replay.tick(at: .seconds($0)) }.compactMap { output -> String? in
            guard case .send(let message, _) = output else { return nil }
            return String(decoding: message, as: UTF8.self)
        }
        #expect(texts.contains { $0.contains("index.changed") && $0.contains(#""revision":2"#) })
    }

    @Test func `who watches is told of items when they come, and who asks later as well`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let items = { (index: String) in
            RecordingFormat.items(
                RecordedItems(
                    index: index, revision: 1,
                    items: [try RecordedItem(json: ["node": 7, "label": 40, "caption": "a dog"])]), at: 3)
        }
        var replay = try watched([line(2, "searches/a", started), try items("a"), try items("nowhere")])
        let told = try replay.tick(at: .seconds(7)).compactMap { output -> JSONValue? in
            guard case .send(let message, _) = output else { return nil }
            return try JSONValue(parsing: message)["params"]
        }
        guard case .array(let events)? = told.first?["events"] else { throw RecordingError(message: "no list") }
        #expect(told.count == 1 && told[0]["stream"] == "searches/a")
        #expect(events.map { $0["type"] } == ["search.started", "index.items"])
        #expect(events.last?["items"] == [["label": 40, "node": 7, "caption": "a dog"]])
        #expect(
            try ask(&replay, 8, "index.items", ["index": "a", "labels": [40, 41], "nodes": [7, 8]]) == [
                "revision": 1,
                "items": [
                    ["label": 40, "node": 7, "caption": "a dog"], ["label": 40, "node": 7, "caption": "a dog"],
                ],
                "missing": [41],
            ])
        #expect(try ask(&replay, 9, "index.items", ["index": "nowhere", "nodes": [7]])?["code"] == -32001)
    }

    @Test func `captions are told of where the recording tells of items`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let index = #"{"name":"b","revision":3,"hasCaptions":true}"#
        for (contents, has) in [(RecordingContents.items, true), ([], false)] {
            var replay = try watched(
                [
                    line(2, "searches/a", started),
                    line(3, "indexes", #"{"type":"index.loaded","key":"b","index":\#(index)}"#),
                ], contents: contents)
            #expect(try ask(&replay, 7, "index.describe", ["index": "b"])?["hasCaptions"] == .bool(has))
        }
    }

    @Test func `nobody is told of pictures and sentences that are not recorded`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let index = #"{"name":"b","revision":3,"hasMedia":true,"hasCaptions":true,"queries":5}"#
        var replay = try watched(
            [
                line(2, "searches/a", started),
                line(3, "indexes", #"{"type":"index.loaded","key":"b","index":\#(index)}"#),
            ], contents: [])
        let summary: JSONValue = [
            "name": "b", "revision": 3, "hasMedia": false, "hasCaptions": false, "queries": 0,
        ]
        #expect(try ask(&replay, 7, "index.describe", ["index": "b"]) == summary)
        #expect(
            try ask(&replay, 8, "index.items", ["index": "b", "nodes": [1]]) == [
                "revision": 3, "items": [], "missing": [],
            ])
    }

    @Test func `a recording without searches is over at once, and has shown none`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let replay = try watched([line(2, "indexes", #"{"type":"index.removed","key":"b","name":"b"}"#)])
        #expect(replay.isOver && !replay.hasShownSearches)
    }

    @Test func `a recording that lists no index plays for whoever is there`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        var replay = try replay(
            hello: ["epoch": "e"],
            [
                line(2, "searches/a", started),
                line(3, "indexes", #"{"type":"index.loaded","key":"a","index":{"name":"a"}}"#),
            ])
        #expect(replay.advance(to: .seconds(1)) == nil && !replay.isOver)
        replay.opened(viewer, peer: "", at: .seconds(1))
        _ = try ask(&replay, 2, "initialize")
        for second in 3..<6 { _ = replay.advance(to: .seconds(second)) }
        #expect(replay.isOver)
        #expect(try ask(&replay, 7, "index.list") == ["indexes": [["name": "a"]]])
    }
}

@Suite("Recorded summaries")
struct RecordedSummariesTests {
    @Test func `they are what the events have made of the hello`() throws {
        var summaries = RecordedSummaries()
        summaries.replace(with: [["name": "a", "revision": 1], ["name": "b"], ["name": "c"]])
        for event: JSONValue in [
            ["type": "index.changed", "index": ["name": "a", "revision": 2]],
            ["type": "index.removed", "name": "b"],
            ["type": "index.failed", "name": "c", "error": ["message": "why"]],
            ["type": "index.loaded", "index": ["name": "d"]], ["type": "index.progress", "name": "a"],
        ] { summaries.apply(event) }
        #expect(summaries.json == [["name": "a", "revision": 2], ["name": "d"]])
        summaries.replace(with: nil)
        #expect(summaries.json == [])
    }
}
