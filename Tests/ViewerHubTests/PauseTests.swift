import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("Pause and resume")
struct PauseTests {
    private let anna = ViewerID(1)
    private let bert = ViewerID(2)
    private static let searches = #"{"stream":"searches/a"}"#

    @Test func `a paused replay stream goes on where it stood`() throws {
        var test = TestHub()
        for viewer in [anna, bert] {
            try test.join(viewer)
            test.follow(viewer, "searches/a")
        }
        test.publish(0)
        #expect(try test.messages(to: anna).last?.numbers == [0])
        test.publish(1)
        test.ask(anna, "stream.pause", Self.searches)
        test.publish(2)
        let outputs = test.tick()
        #expect(try outputs.sent(to: anna) == [["jsonrpc": "2.0", "id": 7, "result": [:]]])
        #expect(try outputs.sent(to: bert).last?.numbers == [1, 2])
        #expect(test.hub.statistics.paused == 1)
        test.publish(3)
        test.ask(anna, "stream.resume", Self.searches)
        let resumed = try test.messages(to: anna)
        #expect(resumed[0]["result"] == ["offset": 1, "recovered": true])
        #expect(resumed[1].numbers == [1, 2, 3])
    }

    @Test func `what was forgotten during a pause is told as a gap, and does not count as slow`() throws {
        var limits = HubLimits.unpaced
        (limits.replayEvents, limits.gaps) = (3, 2)
        var test = TestHub(limits)
        try test.join(anna)
        test.follow(anna, "searches/a")
        _ = test.tick()
        for round in 0..<4 {
            test.ask(anna, "stream.pause", Self.searches)
            _ = test.tick()
            for number in 0..<5 { test.publish(Int64(round * 5 + number)) }
            #expect(test.tick(after: .seconds(1)).isEmpty)
            test.ask(anna, "stream.resume", Self.searches)
            let resumed = try test.messages(to: anna)
            #expect(resumed[0]["result"] == ["offset": .integer(Int64(round * 5 + 2)), "recovered": false])
            #expect(resumed[1]["method"] == "stream.gap")
            #expect(resumed[1]["params"]?["from"] == .integer(Int64(round * 5)))
            #expect(resumed[1]["params"]?["to"] == .integer(Int64(round * 5 + 2)))
            #expect(resumed[2].numbers == (2..<5).map { Int64(round * 5 + $0) })
        }
    }

    @Test func `a paused state stream goes on with the newest event of each key`() throws {
        var test = TestHub()
        try test.join(anna)
        test.follow(anna, "indexes")
        _ = test.tick()
        test.ask(anna, "stream.pause", #"{"stream":"indexes"}"#)
        for (key, number) in [("x", Int64(1)), ("y", 2), ("x", 3)] {
            test.hub.append(StreamEvent("s", key: key, ["n": .integer(number)]), to: .indexes)
        }
        #expect(try test.messages(to: anna).count == 1)
        test.ask(anna, "stream.resume", #"{"stream":"indexes"}"#)
        let resumed = try test.messages(to: anna)
        #expect(resumed[0]["result"] == ["offset": 0, "recovered": true])
        #expect(resumed[1].numbers == [2, 3])
        #expect(resumed[1]["params"]?["snapshot"] == nil)
    }

    @Test func `who has paused is not slow`() throws {
        var limits = HubLimits.unpaced
        limits.softQueuedBytes = 200
        var test = TestHub(limits)
        try test.join(anna)
        test.follow(anna, "searches/a")
        for number in 0..<4 as Range<Int64> {
            test.publish(number, padding: 300)
            _ = test.tick()
        }
        #expect(test.hub.statistics.stalled == 1)
        test.ask(anna, "stream.pause", Self.searches)
        #expect(test.hub.statistics.stalled == 0)
        test.publish(9)
        #expect(test.tick(after: .seconds(100)).closes.isEmpty)
        // Now it is slow again, from now on.
        test.ask(anna, "stream.resume", Self.searches)
        _ = test.tick()
        #expect(test.tick(after: .seconds(29)).closes.isEmpty)
        #expect(test.tick(after: .seconds(1)).closes == [.slowViewer])
    }

    @Test func `pausing twice, resuming what runs, and either of what is not followed are errors`() throws {
        var test = TestHub()
        try test.join(anna)
        test.follow(anna, "searches/a")
        _ = test.tick()
        for (method, stream, code) in [
            ("resume", "searches/a", JSONValue.integer(-32600)), ("pause", "searches/a", .null),
            ("pause", "searches/a", -32600), ("resume", "searches/a", .null), ("resume", "searches/a", -32600),
            ("pause", "indexes", -32002), ("resume", "indexes", -32002), ("pause", "nothing", -32002),
        ] {
            test.ask(anna, "stream.\(method)", #"{"stream":"\#(stream)"}"#)
            #expect(try test.messages(to: anna)[0].errorCode ?? .null == code, "\(method) \(stream)")
        }
    }

    @Test func `followers keep their places when another leaves`() throws {
        var test = TestHub()
        for viewer in [anna, bert, ViewerID(3)] {
            try test.join(viewer)
            test.follow(viewer, "searches/a")
        }
        _ = test.tick()
        test.hub.closed(anna)
        test.ask(ViewerID(3), "stream.pause", Self.searches)
        test.publish(1)
        let outputs = test.tick()
        #expect(try outputs.sent(to: bert).count == 1)
        #expect(try outputs.sent(to: ViewerID(3)).count == 1)
        #expect(test.hub.statistics.subscriptions == 2)
    }
}
