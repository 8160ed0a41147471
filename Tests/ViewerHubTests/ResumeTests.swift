import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("Coming back")
struct ResumeTests {
    private let anna = ViewerID(1)
    private var test: TestHub

    init() throws {
        var limits = HubLimits.unpaced
        limits.replayEvents = 5
        test = TestHub(limits)
        for number in 0..<10 as Range<Int64> { test.publish(number) }
        try test.join(anna)
    }

    @Test(arguments: 4...9)
    mutating func `what is kept still is recovered`(offset: Int64) throws {
        test.follow(anna, "searches/a", #","after":{"epoch":"e1","offset":\#(offset)}"#)
        let messages = try test.messages(to: anna)
        #expect(messages[0]["result"] == ["epoch": "e1", "offset": .integer(offset + 1), "recovered": true])
        #expect(messages.dropFirst().flatMap(\.numbers) == Array(offset + 1..<10))
    }

    @Test(arguments: [-1, 0, 3])
    mutating func `what is gone is told, and what is kept comes`(offset: Int64) throws {
        test.follow(anna, "searches/a", #","after":{"epoch":"e1","offset":\#(offset)}"#)
        let messages = try test.messages(to: anna)
        #expect(messages[0]["result"] == ["epoch": "e1", "offset": 5, "recovered": false])
        #expect(messages[1]["params"]?["from"] == .integer(offset + 1))
        #expect(messages[1]["params"]?["to"] == 5)
        #expect(messages[2].numbers == [5, 6, 7, 8, 9])
    }

    @Test mutating func `a position of another epoch means nothing`() throws {
        test.follow(anna, "searches/a", #","after":{"epoch":"e0","offset":7}"#)
        let messages = try test.messages(to: anna)
        #expect(
            messages == [
                ["jsonrpc": "2.0", "id": 7, "result": ["epoch": "e1", "offset": 10, "recovered": false]]
            ])
        test.publish(10)
        #expect(try test.messages(to: anna)[0].numbers == [10])
    }

    @Test(arguments: ["searches/a", "indexes"], [10, 1 << 40])
    mutating func `a position that no event had yet is an error`(stream: String, offset: Int) throws {
        test.follow(anna, stream, #","after":{"epoch":"e1","offset":\#(offset)}"#)
        #expect(try test.messages(to: anna)[0].errorCode == -32602)
        #expect(test.hub.statistics.subscriptions == 0)
    }

    @Test mutating func `the offset of the reply is enough to come back before anything came`() throws {
        test.hub.append(StreamEvent("s", key: "k", ["n": 1]), to: .indexes)
        test.follow(anna, "indexes")
        test.follow(anna, "searches/a")
        let offsets = try test.messages(to: anna).compactMap { $0["result"]?["offset"] }
        #expect(offsets == [0, 10])
        // The connection is lost with what was on the way.
        test.hub.closed(anna)
        test.publish(10)
        let bert = ViewerID(2)
        try test.join(bert)
        test.follow(bert, "indexes", #","after":{"epoch":"e1","offset":-1}"#)
        test.follow(bert, "searches/a", #","after":{"epoch":"e1","offset":9}"#)
        #expect(try test.messages(to: bert).flatMap(\.numbers).sorted() == [1, 10])
    }
}
