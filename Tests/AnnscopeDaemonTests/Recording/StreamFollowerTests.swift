import OrderedCollections
import Testing
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Stream follower")
struct StreamFollowerTests {
    private var follower = StreamFollower(client: "a test", version: "1", token: "secret")

    /// What is sent, by its methods, and the parameters of each.
    private mutating func sent() throws -> [(method: String, id: JSONValue?, params: JSONValue)] {
        try follower.takeOutgoing().map { text in
            let message = try JSONValue(parsing: text)
            guard case .string(let method)? = message["method"] else { return ("", nil, .null) }
            return (method, message["id"], message["params"] ?? .null)
        }
    }

    @discardableResult
    private mutating func receive(_ text: String) throws -> StreamFollower.Notice? {
        try follower.received(Array(text.utf8))
    }

    /// Opens a connection to a daemon of this epoch, which answers all subscriptions with this place.
    private mutating func connect(epoch: String, next: Int, recovered: Bool = false) throws -> [StreamFollower.Notice?]
    {
        follower.opened()
        #expect(try sent().map(\.method) == ["initialize"])
        try receive(#"{"jsonrpc":"2.0","id":0,"result":{"epoch":"\#(epoch)","indexes":[]}}"#)
        return try sent().map { request in
            guard case .integer(let id)? = request.id else { return nil }
            return try receive(
                #"{"jsonrpc":"2.0","id":\#(id),"result":{"epoch":"\#(epoch)","offset":\#(next),"recovered":\#(recovered)}}"#
            )
        }
    }

    private func events(_ stream: String, _ offset: Int, _ count: Int) -> String {
        let list = Array(repeating: #"{"type":"x"}"#, count: count).joined(separator: ",")
        return
            #"{"jsonrpc":"2.0","method":"stream.events","params":{"stream":"\#(stream)","offset":\#(offset),"last":\#(offset + count - 1),"events":[\#(list)]}}"#
    }

    @Test mutating func `it introduces itself with the token, then asks for its streams`() throws {
        follower.follow("searches/a")
        #expect(try sent().isEmpty)
        follower.opened()
        let hello = try #require(try sent().first)
        #expect(hello.params["token"] == "secret" && hello.params["client"]?["name"] == "a test")
        #expect(
            try receive(#"{"jsonrpc":"2.0","id":0,"result":{"epoch":"e"}}"#) == .welcomed(["epoch": "e"]))
        let request = try #require(try sent().first)
        #expect(request.method == "stream.subscribe" && request.params == ["stream": "searches/a"])
        follower.follow("indexes")
        #expect(try sent().map(\.params) == [["stream": "indexes"]])
        follower.follow("indexes")
        #expect(try sent().isEmpty)
    }

    @Test mutating func `what else is asked is answered, or refused, and forgotten with the connection`() throws {
        let early = follower.ask("index.items", [:])
        #expect(early == nil)
        #expect(try connect(epoch: "e", next: 0).isEmpty)
        let id = follower.ask("index.items", ["index": "a"]) ?? -1
        let request = try #require(try sent().first)
        #expect(request.method == "index.items" && request.id == .integer(id) && request.params == ["index": "a"])
        #expect(
            try receive(#"{"jsonrpc":"2.0","id":\#(id),"result":{"items":[]}}"#)
                == .answered(id: id, .success(["items": []])))
        #expect(try receive(#"{"jsonrpc":"2.0","id":\#(id),"result":{"items":[]}}"#) == nil)
        let next = follower.ask("index.items", [:]) ?? -1
        let error = #"{"code":-32009,"message":"too many","data":{"retryAfterMilliseconds":250}}"#
        #expect(
            try receive(#"{"jsonrpc":"2.0","id":\#(next),"error":\#(error)}"#)
                == .answered(id: next, .failure(RPCError(.tooMany, "too many", retryAfter: .milliseconds(250)))))
        let lost = follower.ask("index.items", [:]) ?? -1
        follower.closed()
        _ = try connect(epoch: "e", next: 0)
        #expect(try receive(#"{"jsonrpc":"2.0","id":\#(lost),"result":{"items":[]}}"#) == nil)
    }

    @Test mutating func `it is woken once for each time it asks for that`() {
        var wakes = [follower.takeWake()]
        follower.wake(in: .seconds(1))
        for _ in 0..<2 { wakes.append(follower.takeWake()) }
        #expect(wakes == [nil, .seconds(1), nil])
    }

    @Test mutating func `after a lost connection it goes on behind the last event`() throws {
        follower.follow("searches/a")
        #expect(try connect(epoch: "e", next: 7) == [nil])
        guard case .events(let batch, _)? = try receive(events("searches/a", 7, 3)) else {
            Issue.record("no events")
            return
        }
        #expect(batch.offset == 7 && batch.last == 9)
        follower.closed()
        follower.opened()
        _ = try sent()
        try receive(#"{"jsonrpc":"2.0","id":0,"result":{"epoch":"e"}}"#)
        let request = try #require(try sent().first)
        #expect(request.params["after"] == ["epoch": "e", "offset": 9])
    }

    @Test mutating func `nothing that came before the connection was lost is asked for as nothing`() throws {
        follower.follow("searches/a")
        #expect(try connect(epoch: "e", next: 7) == [nil])
        follower.closed()
        // No event came: what comes from 7 on is wanted.
        follower.opened()
        _ = try sent()
        try receive(#"{"jsonrpc":"2.0","id":0,"result":{"epoch":"e"}}"#)
        #expect(try sent().first?.params["after"] == ["epoch": "e", "offset": 6])
    }

    @Test mutating func `what can't be gone on with is told, with the reason`() throws {
        follower.follow("searches/a")
        #expect(try connect(epoch: "e", next: 7) == [nil])
        follower.closed()
        let lost = try connect(epoch: "e", next: 99)
        #expect(lost == [.restarted(stream: "searches/a", reason: "the daemon no longer has what came meanwhile")])
        follower.closed()
        let anew = try connect(epoch: "f", next: 0)
        #expect(anew == [.restarted(stream: "searches/a", reason: "the daemon was started anew")])
        follower.closed()
        #expect(try connect(epoch: "f", next: 0, recovered: true) == [nil])
    }

    @Test
    mutating func `of a daemon that was started anew everything is asked for that it keeps, and the loss is told`()
        throws
    {
        follower.follow("searches/a")
        follower.follow("layout/a")
        _ = try connect(epoch: "e", next: 7)
        follower.closed()
        follower.opened()
        _ = try sent()
        try receive(#"{"jsonrpc":"2.0","id":0,"result":{"epoch":"f"}}"#)
        #expect(
            try sent().map { $0.params["after"] } == [["epoch": "f", "offset": -1], ["epoch": "e", "offset": 6]])
        // It has not read the index yet: later the same is asked for.
        try receive(#"{"jsonrpc":"2.0","id":3,"error":{"code":-32002,"message":"not there"}}"#)
        follower.follow("searches/a")
        let request = try #require(try sent().first)
        #expect(request.params["after"] == ["epoch": "f", "offset": -1])
        guard case .integer(let id)? = request.id else { return }
        let answer = try receive(
            #"{"jsonrpc":"2.0","id":\#(id),"result":{"epoch":"f","offset":0,"recovered":true}}"#)
        #expect(answer == .restarted(stream: "searches/a", reason: "the daemon was started anew"))
        follower.closed()
        follower.opened()
        _ = try sent()
        try receive(#"{"jsonrpc":"2.0","id":0,"result":{"epoch":"f"}}"#)
        #expect(try sent().first?.params["after"] == ["epoch": "f", "offset": -1])
    }

    @Test(
        "numbers that no stream has are odd, and trap nothing",
        arguments: [
            #""method":"stream.events","params":{"stream":"searches/a","offset":9223372036854775807,"events":[{},{}]}"#,
            #""method":"stream.events","params":{"stream":"searches/a","offset":0,"last":9223372036854775807,"events":[]}"#,
            #""method":"stream.events","params":{"stream":"searches/a","offset":-2,"events":[{}]}"#,
            #""method":"stream.gap","params":{"stream":"searches/a","from":0,"to":-9223372036854775808}"#,
            #""method":"stream.gap","params":{"stream":"searches/a","from":-9223372036854775808,"to":9223372036854775807}"#,
            #""method":"stream.gap","params":{"stream":"searches/a","from":8,"to":7}"#,
            #""id":1,"result":{"epoch":"e","offset":-9223372036854775808}"#,
        ])
    mutating func hugeNumbers(members: String) throws {
        follower.follow("searches/a")
        follower.opened()
        _ = try sent()
        try receive(#"{"jsonrpc":"2.0","id":0,"result":{"epoch":"e"}}"#)
        #expect(throws: RPCError.self) { try follower.received(Array("{\"jsonrpc\":\"2.0\",\(members)}".utf8)) }
    }

    @Test mutating func `gaps move the place, and are told`() throws {
        follower.follow("searches/a")
        _ = try connect(epoch: "e", next: 0)
        let gap =
            #"{"jsonrpc":"2.0","method":"stream.gap","params":{"stream":"searches/a","from":3,"to":9,"reason":"slow"}}"#
        #expect(try receive(gap) == .gap(stream: "searches/a", from: 3, to: 9, reason: "slow"))
        follower.closed()
        follower.opened()
        _ = try sent()
        try receive(#"{"jsonrpc":"2.0","id":0,"result":{"epoch":"e"}}"#)
        #expect(try sent().first?.params["after"]?["offset"] == 8)
    }

    @Test mutating func `after a gap in a state stream the place is that of what comes`() throws {
        follower.follow("indexes")
        _ = try connect(epoch: "e", next: 3)
        try receive(
            #"{"jsonrpc":"2.0","method":"stream.gap","params":{"stream":"indexes","from":3,"to":9,"reason":"slow"}}"#)
        follower.closed()
        follower.opened()
        _ = try sent()
        try receive(#"{"jsonrpc":"2.0","id":0,"result":{"epoch":"e"}}"#)
        // What the gap announced had not come: the daemon begins anew for who asks so.
        #expect(try sent().first?.params["after"]?["offset"] == 2)
    }

    @Test mutating func `a stream is followed until somebody says otherwise`() throws {
        for stream in ["indexes", "searches/a"] { follower.follow(stream) }
        follower.unfollow("nothing")
        _ = try connect(epoch: "e", next: 5)
        follower.unfollow("searches/a")
        let requests = try sent()
        #expect(requests.map(\.method) == ["stream.unsubscribe"] && requests[0].params == ["stream": "searches/a"])
        #expect(try receive(events("searches/a", 5, 1)) == nil)
        follower.closed()
        follower.unfollow("indexes")
        follower.follow("searches/b")
        _ = try connect(epoch: "e", next: 5)
        #expect(try sent().isEmpty)
    }

    @Test mutating func `a stream that was refused is asked for again when somebody says so`() throws {
        follower.follow("searches/a")
        follower.opened()
        _ = try sent()
        try receive(#"{"jsonrpc":"2.0","id":0,"result":{"epoch":"e"}}"#)
        _ = try sent()
        let refusal = try receive(#"{"jsonrpc":"2.0","id":1,"error":{"code":-32002,"message":"not there"}}"#)
        #expect(refusal == .refused(stream: "searches/a", RPCError(.notFound, "not there")))
        follower.follow("searches/a")
        #expect(try sent().map(\.method) == ["stream.subscribe"])
    }

    @Test mutating func `a stream can be asked for from its beginning`() throws {
        follower.follow("indexes")
        _ = try connect(epoch: "e", next: 5)
        follower.begin(again: "indexes")
        let requests = try sent()
        #expect(requests.map(\.method) == ["stream.unsubscribe", "stream.subscribe"])
        #expect(requests[1].params == ["stream": "indexes"])
    }

    @Test mutating func `a daemon that refuses the client ends it, and one that speaks in riddles too`() throws {
        follower.opened()
        #expect(throws: RPCError.self) {
            try follower.received(Array(#"{"jsonrpc":"2.0","id":0,"error":{"code":-32008,"message":"no"}}"#.utf8))
        }
        for text in ["", "[]", "{", #"{"method":"stream.events","params":{}}"#, #"{"id":0}"#] {
            #expect(throws: RPCError.self, "\(text)") { try follower.received(Array(text.utf8)) }
        }
        #expect(try receive(#"{"jsonrpc":"2.0","method":"stream.news","params":{}}"#) == nil)
    }
}
