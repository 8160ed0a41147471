import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("Limits on requests")
struct RequestLimitTests {
    private let anna = ViewerID(1)

    @Test func `requests beyond the rate are refused until time has passed`() throws {
        var limits = HubLimits.unpaced
        (limits.requestsPerSecond, limits.requestBurst) = (10, 20)
        var test = TestHub(limits)
        try test.join(anna)
        // The first of the burst was `initialize`.
        for _ in 0..<19 { test.ask(anna, "stream.unsubscribe", #"{"stream":"indexes"}"#) }
        #expect(try test.messages(to: anna).allSatisfy { $0.errorCode == -32002 })
        test.follow(anna, "indexes")
        let refused = try test.messages(to: anna)[0]
        #expect(refused.errorCode == -32009 && refused["id"] == 7)
        #expect(refused["error"]?["data"]?["retryAfterMilliseconds"] == 100)
        test.now += .milliseconds(100)
        test.follow(anna, "indexes")
        #expect(try test.messages(to: anna)[0]["result"] != nil)
        #expect(test.hub.statistics.requestsRefused == 1)
    }

    @Test func `a large message counts as many, and is taken all the same`() throws {
        var limits = HubLimits.unpaced
        (limits.requestsPerSecond, limits.requestBurst, limits.bytesPerRequest) = (10, 20, 100)
        var test = TestHub(limits)
        try test.join(anna)
        let long = String(repeating: "x", count: 10_000)
        #expect(test.ask(anna, "index.describe", #"{"index":"a","more":"\#(long)"}"#) != nil)
        #expect(test.ask(anna, "index.list") == nil)
        #expect(try test.messages(to: anna)[0].errorCode == -32009)
        test.now += .seconds(9)
        #expect(test.ask(anna, "index.list") != nil)
    }

    @Test func `nobody's long message is read before it is known who that is`() throws {
        var test = TestHub(.unpaced)
        test.hub.opened(anna, peer: "10.0.0.1", at: test.now)
        let long = String(repeating: "x", count: 20_000)
        #expect(test.ask(anna, "initialize", #"{"more":"\#(long)"}"#) == nil)
        let outputs = test.hub.tick(at: test.now)
        #expect(
            outputs == [.close(anna, .malformed, reason: "initialize comes first, in at most 16384 bytes")])
    }

    @Test func `who goes on when refused is closed, who waits is not`() throws {
        var limits = HubLimits.unpaced
        (limits.requestsPerSecond, limits.requestBurst, limits.refusals) = (1, 1, 50)
        var test = TestHub(limits)
        try test.join(anna)
        for _ in 0..<49 { test.ask(anna, "index.list") }
        #expect(test.tick().closes.isEmpty)
        test.now += .seconds(10)
        for _ in 0..<50 { test.ask(anna, "index.list") }
        #expect(test.tick().closes.isEmpty)
        test.ask(anna, "index.list")
        #expect(test.tick().closes == [.tooMany])
        #expect(test.hub.statistics.closes == [.tooMany: 1])
    }

    @Test func `too many unanswered requests are refused until some are answered`() throws {
        var limits = HubLimits.unpaced
        limits.unanswered = 2
        var test = TestHub(limits)
        try test.join(anna)
        let firstAsked = test.ask(anna, "index.list")
        let first = try #require(firstAsked)
        #expect(test.ask(anna, "index.list") != nil)
        #expect(test.ask(anna, "index.list") == nil)
        #expect(try test.messages(to: anna)[0].errorCode == -32003)
        test.hub.answer(first, .success(Reply([:])))
        #expect(test.ask(anna, "index.list") != nil)
    }

    @Test func `who asks and never reads is closed`() throws {
        var limits = HubLimits.unpaced
        limits.hardQueuedBytes = 10_000
        var test = TestHub(limits)
        try test.join(anna)
        var closes: [CloseCode] = []
        var most = 0
        for _ in 0..<1000 where closes.isEmpty {
            if let question = test.ask(anna, "index.list") {
                test.hub.answer(question, .success(Reply(["x": .string(String(repeating: "x", count: 900))])))
            }
            most = max(most, test.hub.statistics.queuedBytes)
            closes = test.tick().closes
        }
        #expect(closes == [.slowViewer])
        #expect(most < 12_000)
        #expect(test.hub.statistics.queuedBytes == 0)
    }

    @Test func `there is a limit to the tiles that are followed at once`() throws {
        var limits = HubLimits.unpaced
        limits.tiles = 1
        var test = TestHub(limits)
        try test.join(anna)
        let questionAsked = test.ask(anna, "stream.subscribe", #"{"stream":"layout/a/tiles/1/0/0"}"#)
        let question = try #require(questionAsked)
        test.hub.addStream(.tile(index: "a", zoom: 1, column: 0, row: 0), .state)
        test.hub.subscribe(question)
        test.follow(anna, "layout/a/tiles/1/0/1")
        #expect(try test.messages(to: anna).last?.errorCode == -32003)
        test.ask(anna, "stream.unsubscribe", #"{"stream":"layout/a/tiles/1/0/0"}"#)
        #expect(test.ask(anna, "stream.subscribe", #"{"stream":"layout/a/tiles/1/0/1"}"#) != nil)
    }
}
