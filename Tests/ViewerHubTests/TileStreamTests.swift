import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("Streams of tiles")
struct TileStreamTests {
    private var hub = ViewerHub(epoch: "e1", limits: .unpaced)
    private let anna = ViewerID(1)
    private let bert = ViewerID(2)
    private let tile = StreamName.tile(index: "a", zoom: 1, column: 0, row: 1)

    init() throws {
        hub.addStream(.layout(index: "a"), .state)
        for viewer in [anna, bert] {
            hub.opened(viewer, peer: "here", at: .zero)
            let hello = hub.received(viewer, Array(#"{"jsonrpc":"2.0","id":0,"method":"initialize"}"#.utf8), at: .zero)
            hub.answer(try #require(hello), .success(Reply([:])))
        }
        _ = hub.tick(at: .zero)
    }

    private mutating func ask(_ viewer: ViewerID, _ method: String, _ stream: String, _ more: String = "") -> Question?
    {
        hub.received(
            viewer,
            Array(
                #"{"jsonrpc":"2.0","id":7,"method":"stream.\#(method)","params":{"stream":"\#(stream)"\#(more)}}"#.utf8),
            at: .zero)
    }

    private mutating func messages(to viewer: ViewerID) throws -> [JSONValue] {
        try hub.tick(at: .zero).compactMap { output in
            guard case .send(let text, let viewers) = output, viewers.contains(viewer) else { return nil }
            return try JSONValue(parsing: text)
        }
    }

    private func event(_ number: Int64) -> StreamEvent { StreamEvent("t", key: "tile", ["n": .integer(number)]) }

    /// Asks for the tile, and answers as the daemon does.
    private mutating func follow(_ viewer: ViewerID, _ number: Int64, _ more: String = "") throws -> [JSONValue] {
        let question = try #require(ask(viewer, "subscribe", tile.text, more))
        hub.addStream(tile, .state)
        hub.append(event(number), to: tile)
        hub.subscribe(question)
        return try messages(to: viewer)
    }

    @Test mutating func `a tile that nobody follows is asked for, and the reply precedes what is in it`() throws {
        let sent = try follow(anna, 1)
        #expect(sent.count == 2)
        #expect(sent[0]["id"] == 7 && sent[0]["result"]?["epoch"] == "e1")
        #expect(sent[1]["params"]?["snapshot"] == true)
        #expect(sent[1]["params"]?["events"] == [["type": "t", "key": "tile", "n": 1]])
        hub.update(event(2), in: tile)
        let live = try messages(to: anna)
        #expect(live[0]["params"]?["stream"] == .string(tile.text) && live[0]["params"]?["snapshot"] == nil)
    }

    @Test mutating func `a tile that somebody follows needs no asking`() throws {
        _ = try follow(anna, 1)
        #expect(ask(bert, "subscribe", tile.text) == nil)
        let sent = try messages(to: bert)
        #expect(sent[1]["params"]?["events"] == [["type": "t", "key": "tile", "n": 1]])
        #expect(ask(anna, "subscribe", tile.text) == nil)
        #expect(try messages(to: anna)[0]["error"]?["code"] == -32600)
    }

    @Test mutating func `a tile goes with the last of its viewers`() throws {
        _ = try follow(anna, 1)
        _ = ask(bert, "subscribe", tile.text)
        #expect(hub.tiles(of: "a") == [tile] && hub.tiles(of: "b").isEmpty)
        #expect(ask(anna, "unsubscribe", tile.text) == nil)
        #expect(hub.tiles(of: "a") == [tile])
        hub.closed(bert)
        #expect(hub.tiles(of: "a").isEmpty)
        // The map itself stays without viewers.
        #expect(ask(anna, "subscribe", "layout/a") == nil)
        #expect(try messages(to: anna).last?["result"]?["recovered"] == false)
    }

    @Test mutating func `who comes back to a tile that went gets what is in it now`() throws {
        for number in 1...3 {
            _ = try follow(anna, Int64(number))
            _ = ask(anna, "unsubscribe", tile.text)
        }
        // The last offset that anna has seen is 2; a stream that began at 0 again would have nothing newer.
        let sent = try follow(anna, 9, #","after":{"epoch":"e1","offset":2}"#)
        let events = sent.last?["params"]?["events"]
        #expect(events == [["type": "t", "key": "tile", "n": 9]])
    }

    @Test mutating func `tiles count as subscriptions, and one that is refused leaves no stream`() throws {
        var limits = HubLimits.unpaced
        limits.subscriptions = 1
        hub = ViewerHub(epoch: "e1", limits: limits)
        hub.opened(anna, peer: "here", at: .zero)
        let hello = hub.received(anna, Array(#"{"jsonrpc":"2.0","id":0,"method":"initialize"}"#.utf8), at: .zero)
        hub.answer(try #require(hello), .success(Reply([:])))
        // Both are asked for before either is answered.
        let first = try #require(ask(anna, "subscribe", "layout/a/tiles/0/0/0"))
        let second = try #require(ask(anna, "subscribe", tile.text))
        hub.addStream(.tile(index: "a", zoom: 0, column: 0, row: 0), .state)
        hub.subscribe(first)
        hub.addStream(tile, .state)
        hub.subscribe(second)
        #expect(try messages(to: anna).last?["error"]?["code"] == -32004)
        #expect(hub.tiles(of: "a") == [.tile(index: "a", zoom: 0, column: 0, row: 0)])
        #expect(ask(anna, "subscribe", tile.text) == nil)
    }

    @Test(arguments: ["layout/a/tiles/13/0/0", "layout/a/tiles/1/2/0", "layout/b"])
    mutating func `a stream that can't be is refused`(text: String) throws {
        #expect(ask(anna, "subscribe", text) == nil)
        let error = try messages(to: anna)[0]["error"]
        #expect(error?["code"] == -32002)
        guard case .string(let words)? = error?["message"] else { throw CancellationError() }
        #expect(words.contains("2^ZOOM") == text.contains("tiles"))
    }
}
