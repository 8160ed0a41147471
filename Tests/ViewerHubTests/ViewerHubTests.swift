import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("Viewer hub")
struct ViewerHubTests {
    private var hub = ViewerHub(epoch: "e1", limits: .unpaced)
    private let anna = ViewerID(1)
    private let bert = ViewerID(2)

    init() {
        hub.addStream(.indexes, .state)
        hub.addStream(.searches(index: "a"), .replay)
    }

    private func json(_ text: [UInt8]) throws -> JSONValue { try JSONValue(parsing: text) }

    private mutating func ask(_ viewer: ViewerID, _ text: String) -> Question? {
        hub.received(viewer, Array(text.utf8), at: .zero)
    }

    private mutating func join(_ viewer: ViewerID) throws {
        hub.opened(viewer, peer: "here", at: .zero)
        let question = try #require(ask(viewer, #"{"jsonrpc":"2.0","id":0,"method":"initialize"}"#))
        hub.answer(question, .success(Reply(["ok": true])))
        _ = hub.tick(at: .zero)
    }

    private mutating func subscribe(_ viewer: ViewerID, _ stream: String, after: String = "") -> [HubOutput] {
        _ = ask(
            viewer,
            #"{"jsonrpc":"2.0","id":7,"method":"stream.subscribe","params":{"stream":"\#(stream)"\#(after)}}"#)
        return hub.tick(at: .zero)
    }

    private func messages(_ outputs: [HubOutput], to viewer: ViewerID) throws -> [JSONValue] {
        try outputs.compactMap { output in
            guard case .send(let text, let viewers) = output, viewers.contains(viewer) else { return nil }
            return try json(text)
        }
    }

    private func numbers(_ message: JSONValue) -> [Int64] {
        guard case .array(let events)? = message["params"]?["events"] else { return [] }
        return events.compactMap { if case .integer(let number)? = $0["n"] { number } else { nil } }
    }

    private mutating func publish(_ number: Int64) {
        hub.append(StreamEvent("test", ["n": .integer(number)]), to: .searches(index: "a"))
    }

    @Test("whoever has not introduced itself gets an error, then is closed")
    mutating func introduction() throws {
        hub.opened(anna, peer: "here", at: .zero)
        #expect(ask(anna, #"{"jsonrpc":"2.0","id":1,"method":"index.list"}"#) == nil)
        let first = try messages(hub.tick(at: .seconds(9)), to: anna)
        #expect(first[0]["error"]?["code"] == .integer(-32000))
        let late = hub.tick(at: .seconds(10))
        #expect(late == [.close(anna, .noInitialize, reason: "initialize did not come")])
    }

    @Test("what is no JSON is answered and the connection closed")
    mutating func malformed() throws {
        hub.opened(anna, peer: "here", at: .zero)
        #expect(ask(anna, "{]") == nil)
        let outputs = hub.tick(at: .zero)
        #expect(try messages(outputs, to: anna)[0]["error"]?["code"] == .integer(-32700))
        guard case .close(anna, .malformed, _)? = outputs.last else {
            Issue.record("no close")
            return
        }
    }

    @Test("the reply to a subscription precedes the stream's events, and all watchers share one message")
    mutating func order() throws {
        try join(anna)
        try join(bert)
        _ = subscribe(anna, "searches/a")
        _ = subscribe(bert, "searches/a")
        publish(1)
        publish(2)
        let outputs = hub.tick(at: .zero)
        #expect(outputs.count == 1)
        guard case .send(let text, [anna, bert])? = outputs.first else {
            Issue.record("not shared")
            return
        }
        let message = try json(text)
        #expect(numbers(message) == [1, 2])
        #expect(message["params"]?["offset"] == .integer(0))
        #expect(message["params"]?["last"] == .integer(1))
        hub.append(StreamEvent("s", key: "k", [:]), to: .indexes)
        _ = ask(anna, #"{"jsonrpc":"2.0","id":9,"method":"stream.subscribe","params":{"stream":"indexes"}}"#)
        let both = try messages(hub.tick(at: .zero), to: anna)
        #expect(both[0]["id"] == .integer(9))
        #expect(both[1]["params"]?["snapshot"] == .bool(true))
    }

    @Test("a state stream begins with the newest event of each key, oldest change first")
    mutating func state() throws {
        try join(anna)
        for (key, number) in [("x", Int64(1)), ("y", 2), ("x", 3)] {
            hub.append(StreamEvent("s", key: key, ["n": .integer(number)]), to: .indexes)
        }
        let snapshot = try messages(subscribe(anna, "indexes"), to: anna)[1]
        #expect(numbers(snapshot) == [2, 3])
        hub.clear(.indexes)
        hub.append(StreamEvent("s", key: "z", ["n": 4]), to: .indexes)
        let live = try messages(hub.tick(at: .zero), to: anna)[0]
        #expect(numbers(live) == [4])
        #expect(live["params"]?["snapshot"] == nil)
    }

    @Test("a resume gets every event, or is told that it can't")
    mutating func resume() throws {
        for number in 0..<10 { publish(Int64(number)) }
        try join(anna)
        let all = try messages(subscribe(anna, "searches/a", after: #","after":{"epoch":"e1","offset":6}"#), to: anna)
        #expect(all[0]["result"]?["recovered"] == .bool(true))
        #expect(numbers(all[1]) == [7, 8, 9])
        try join(bert)
        let other = try messages(subscribe(bert, "searches/a", after: #","after":{"epoch":"e0","offset":6}"#), to: bert)
        #expect(other.count == 1)
        #expect(other[0]["result"]?["recovered"] == .bool(false))
    }

    @Test("a slow viewer keeps back nobody; it gets the rest and is told of the gap")
    mutating func slowViewer() throws {
        var limits = HubLimits.unpaced
        limits.softQueuedBytes = 200
        limits.replayEvents = 4
        hub = ViewerHub(epoch: "e1", limits: limits)
        hub.addStream(.searches(index: "a"), .replay)
        try join(anna)
        try join(bert)
        _ = subscribe(anna, "searches/a")
        _ = subscribe(bert, "searches/a")
        var seen: [Int64] = []
        for number in 0..<12 {
            publish(Int64(number))
            for output in hub.tick(at: .seconds(number)) {
                guard case .send(let text, let viewers) = output, viewers.contains(bert) else { continue }
                seen += numbers(try json(text))
                hub.sent(bert, bytes: text.count)
            }
        }
        #expect(seen == Array(0..<12))
        hub.sent(anna, bytes: 10_000)
        let rest = try messages(hub.tick(at: .seconds(12)), to: anna)
        #expect(rest[0]["method"] == .string("stream.gap"))
        #expect(rest[0]["params"]?["to"] == .integer(8))
        #expect(numbers(rest[1]) == [8, 9, 10, 11])
    }

    @Test mutating func `to a slow viewer the steps of searches go before a map`() throws {
        var limits = HubLimits.unpaced
        limits.softQueuedBytes = 200
        limits.messageBytes = 1
        hub = ViewerHub(epoch: "e1", limits: limits)
        hub.addStream(.layout(index: "a"), .state)
        hub.addStream(.searches(index: "a"), .replay)
        try join(anna)
        _ = subscribe(anna, "searches/a")
        for key in 0..<100 { hub.append(StreamEvent("l", key: "\(key)", [:]), to: .layout(index: "a")) }
        _ = subscribe(anna, "layout/a")
        publish(1)
        _ = hub.tick(at: .zero)
        // Now anna reads: what waits of the searches, and what comes at the same time, goes first.
        for number in 2...3 as ClosedRange<Int64> {
            hub.sent(anna, bytes: 10_000)
            hub.append(StreamEvent("l", key: "new", ["m": .integer(number)]), to: .layout(index: "a"))
            if number > 2 { publish(number) }
            let sent = try messages(hub.tick(at: .zero), to: anna)
            #expect(sent.first?["params"]?["stream"] == "searches/a")
            #expect(numbers(try #require(sent.first)) == [number - (number == 2 ? 1 : 0)])
        }
    }

    @Test("a viewer that reads nothing for long is closed")
    mutating func stalled() throws {
        var limits = HubLimits.unpaced
        limits.softQueuedBytes = 10
        hub = ViewerHub(epoch: "e1", limits: limits)
        hub.addStream(.searches(index: "a"), .replay)
        try join(anna)
        _ = subscribe(anna, "searches/a")
        publish(1)
        _ = hub.tick(at: .seconds(1))
        #expect(hub.tick(at: .seconds(30)).isEmpty)
        guard case .close(anna, .slowViewer, _)? = hub.tick(at: .seconds(31)).first else {
            Issue.record("still there")
            return
        }
        #expect(hub.viewerCount == 0)
    }

    @Test("an event that says nothing new is not sent, one that is forgotten not shown to newcomers")
    mutating func updates() throws {
        try join(anna)
        _ = subscribe(anna, "indexes")
        func event(_ key: String, _ number: Int64) -> StreamEvent {
            StreamEvent("s", key: key, ["n": .integer(number)])
        }
        hub.update(event("x", 1), in: .indexes)
        hub.update(event("y", 2), in: .indexes)
        #expect(numbers(try messages(hub.tick(at: .zero), to: anna)[0]) == [1, 2])
        hub.update(event("x", 1), in: .indexes)
        hub.update(event("y", 3), in: .indexes)
        #expect(numbers(try messages(hub.tick(at: .zero), to: anna)[0]) == [3])
        hub.forget(key: "y", in: .indexes)
        try join(bert)
        #expect(numbers(try messages(subscribe(bert, "indexes"), to: bert)[1]) == [1])
        hub.clear(.indexes)
        hub.update(event("x", 1), in: .indexes)
        #expect(numbers(try messages(hub.tick(at: .zero), to: anna)[0]) == [1])
    }

    @Test("following twice, what is not there, and leaving what is not followed are errors")
    mutating func refusals() throws {
        try join(anna)
        _ = subscribe(anna, "indexes")
        #expect(try messages(subscribe(anna, "indexes"), to: anna)[0]["error"]?["code"] == .integer(-32600))
        #expect(try messages(subscribe(anna, "searches/b"), to: anna)[0]["error"]?["code"] == .integer(-32002))
        _ = ask(anna, #"{"jsonrpc":"2.0","id":8,"method":"stream.unsubscribe","params":{"stream":"layout/a"}}"#)
        #expect(try messages(hub.tick(at: .zero), to: anna)[0]["error"]?["code"] == .integer(-32002))
    }
}
