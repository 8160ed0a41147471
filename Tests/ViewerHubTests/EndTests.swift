import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("What is gone")
struct EndTests {
    private let anna = ViewerID(1)
    private let bert = ViewerID(2)
    private var test: TestHub

    init() throws {
        var limits = HubLimits.unpaced
        limits.ends = 3
        test = TestHub(limits)
        try test.join(anna)
        try test.join(bert)
    }

    private mutating func come(_ key: String) { test.hub.append(StreamEvent("come", key: key, [:]), to: .indexes) }

    private mutating func go(_ key: String) {
        test.hub.append(StreamEvent("gone", key: key, [:]), to: .indexes, isEnd: true)
    }

    private func keys(_ messages: [JSONValue]) -> [String] {
        messages.flatMap { message -> [String] in
            guard case .array(let events)? = message["params"]?["events"] else { return [] }
            return events.compactMap { event in
                guard case .string(let type)? = event["type"], case .string(let key)? = event["key"] else { return nil }
                return "\(type) \(key)"
            }
        }
    }

    // MARK: Ends of keys

    @Test mutating func `however many keys come and go, only the last ends are kept`() throws {
        come("stays")
        let before = test.hub.statistics.stateBytes
        for number in 0..<300 {
            come("\(number)")
            go("\(number)")
        }
        #expect(test.hub.statistics.stateBytes <= before * 4)
        test.follow(anna, "indexes")
        #expect(try keys(test.messages(to: anna)) == ["come stays", "gone 297", "gone 298", "gone 299"])
    }

    @Test mutating func `a key that comes back is no end any more`() throws {
        for key in ["a", "b", "c"] { go(key) }
        come("a")
        go("d")
        test.follow(anna, "indexes")
        #expect(try keys(test.messages(to: anna)) == ["gone b", "gone c", "come a", "gone d"])
    }

    @Test(arguments: 0...5)
    mutating func `who comes back learns what is gone, or begins anew`(offset: Int) throws {
        for key in ["a", "b", "c", "d"] { come(key) }
        for key in ["a", "b", "c", "d"] { go(key) }
        come("e")
        // The end of a, the event 4, is forgotten.
        let isRecovered = offset >= 4
        test.follow(anna, "indexes", #","after":{"epoch":"e1","offset":\#(offset)}"#)
        let messages = try test.messages(to: anna)
        let first = Int64(isRecovered ? offset + 1 : 0)
        #expect(
            messages[0]["result"] == ["epoch": "e1", "offset": .integer(first), "recovered": .bool(isRecovered)])
        if isRecovered {
            #expect(keys(messages) == ["gone b", "gone c", "gone d", "come e"].suffix(8 - offset))
        } else {
            #expect(messages[1]["method"] == "stream.gap")
            #expect(messages[1]["params"]?["from"] == .integer(Int64(offset) + 1))
            #expect(messages[1]["params"]?["to"] == 5)
            #expect(messages[2]["params"]?["snapshot"] == true)
            #expect(keys(messages) == ["gone b", "gone c", "gone d", "come e"])
        }
    }

    @Test mutating func `who had nothing yet misses no end`() throws {
        for key in ["a", "b", "c", "d"] { go(key) }
        test.follow(anna, "indexes", #","after":{"epoch":"e1","offset":-1}"#)
        #expect(try test.messages(to: anna)[0]["result"]?["recovered"] == true)
    }

    @Test mutating func `a viewer that reads slowly is told that it begins anew`() throws {
        var limits = HubLimits.unpaced
        (limits.ends, limits.softQueuedBytes) = (3, 1)
        test = TestHub(limits)
        try test.join(anna)
        test.read(anna)
        come("a")
        test.follow(anna, "indexes")
        #expect(try keys(test.messages(to: anna)).isEmpty)
        test.read(anna)
        #expect(try keys(test.messages(to: anna)) == ["come a"])
        // It does not read while a goes, and more than are kept after it.
        for key in ["a", "b", "c", "d"] { go(key) }
        #expect(try test.messages(to: anna).isEmpty)
        test.read(anna)
        let messages = try test.messages(to: anna)
        #expect(messages[0]["method"] == "stream.gap")
        #expect(messages[0]["params"]?["from"] == 1 && messages[0]["params"]?["to"] == 2)
        #expect(messages[1]["params"]?["snapshot"] == true && messages[1]["params"]?["offset"] == 2)
        #expect(keys(messages) == ["gone b", "gone c", "gone d"])
    }

    @Test mutating func `a viewer that paused is told when it resumes`() throws {
        come("a")
        test.follow(anna, "indexes")
        _ = try test.messages(to: anna)
        test.ask(anna, "stream.pause", #"{"stream":"indexes"}"#)
        for key in ["a", "b", "c", "d"] { go(key) }
        test.ask(anna, "stream.resume", #"{"stream":"indexes"}"#)
        let messages = try test.messages(to: anna)
        #expect(messages[1]["result"] == ["offset": 0, "recovered": false])
        #expect(messages[2]["method"] == "stream.gap")
        #expect(keys(messages) == ["gone b", "gone c", "gone d"])
    }

    // MARK: Streams

    @Test mutating func `the streams of what is gone go, with all that they hold`() throws {
        let streams = test.hub.statistics.streams
        let bytes = (test.hub.statistics.stateBytes, test.hub.statistics.replayBytes)
        for number in 0..<50 {
            let (map, searches) = (StreamName.layout(index: "\(number)"), StreamName.searches(index: "\(number)"))
            test.hub.addStream(map, .state)
            test.hub.addStream(searches, .replay)
            test.hub.append(StreamEvent("t", key: "k", [:]), to: map)
            test.hub.append(StreamEvent("t", [:]), to: searches)
            #expect(test.hub.statistics.replayBytes > bytes.1)
            test.hub.retire(map)
            test.hub.retire(searches)
        }
        #expect(test.hub.statistics.streams == streams)
        #expect((test.hub.statistics.stateBytes, test.hub.statistics.replayBytes) == bytes)
        test.follow(anna, "layout/7")
        #expect(try test.messages(to: anna)[0].errorCode == -32002)
    }

    @Test mutating func `a stream that is followed goes with its last viewer, and takes no other`() throws {
        test.publish(0)
        let streams = test.hub.statistics.streams
        test.follow(anna, "searches/a")
        test.hub.retire(.searches(index: "a"))
        test.follow(bert, "searches/a")
        let sent = test.tick()
        #expect(try sent.sent(to: bert)[0].errorCode == -32002)
        #expect(try sent.sent(to: anna)[0]["result"] != nil)
        test.publish(1)
        #expect(try test.messages(to: anna)[0].numbers == [1])
        test.hub.closed(anna)
        #expect(test.hub.statistics.streams == streams - 1)
    }

    @Test mutating func `a stream that is followed goes on when what it is about comes back`() throws {
        test.follow(anna, "searches/a")
        _ = test.tick()
        test.hub.retire(.searches(index: "a"))
        test.hub.addStream(.searches(index: "a"), .replay)
        test.publish(5)
        test.follow(bert, "searches/a")
        let sent = test.tick()
        #expect(try sent.sent(to: anna).flatMap(\.numbers) == [5])
        #expect(try sent.sent(to: bert)[0]["result"] != nil)
        test.ask(anna, "stream.unsubscribe", #"{"stream":"searches/a"}"#)
        test.hub.closed(bert)
        test.follow(anna, "searches/a")
        #expect(try test.messages(to: anna).last?["result"]?["offset"] == 1)
    }

    @Test mutating func `nobody takes the events of a later stream for those of an earlier one`() throws {
        for number in 0..<10 as Range<Int64> { test.publish(number) }
        test.hub.retire(.searches(index: "a"))
        test.hub.addStream(.searches(index: "a"), .replay)
        for number in 20..<25 as Range<Int64> { test.publish(number) }
        test.follow(anna, "searches/a", #","after":{"epoch":"e1","offset":2}"#)
        let messages = try test.messages(to: anna)
        #expect(messages[0]["result"] == ["epoch": "e1", "offset": 10, "recovered": false])
        #expect(messages[1]["params"]?["from"] == 3 && messages[1]["params"]?["to"] == 10)
        #expect(messages[2].numbers == [20, 21, 22, 23, 24])
    }
}
