import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("Slow viewers")
struct SlowViewerTests {
    private let anna = ViewerID(1)

    @Test func `state is coalesced for a slow viewer, then comes whole`() throws {
        var limits = HubLimits.unpaced
        limits.softQueuedBytes = 200
        var test = TestHub(limits)
        try test.join(anna)
        test.follow(anna, "indexes")
        var seen: [Int64] = []
        for number in 0..<20 as Range<Int64> {
            test.hub.update(
                StreamEvent("s", key: number % 2 == 0 ? "even" : "odd", ["n": .integer(number)]), in: .indexes)
            seen += try test.messages(to: anna).flatMap(\.numbers)
        }
        #expect(seen.count < 10)
        #expect(test.hub.statistics.queuedBytes < 500)
        test.read(anna)
        #expect(try test.messages(to: anna).flatMap(\.numbers) == [18, 19])
    }

    @Test func `a viewer that loses events again and again is closed`() throws {
        var limits = HubLimits.unpaced
        (limits.softQueuedBytes, limits.replayEvents, limits.gaps) = (100, 2, 3)
        var test = TestHub(limits)
        try test.join(anna)
        test.follow(anna, "searches/a")
        _ = test.tick()
        test.read(anna)
        func loseSome() throws -> [HubOutput] {
            for number in 0..<5 as Range<Int64> {
                test.publish(number)
                _ = test.tick(after: .seconds(1))
            }
            test.read(anna)
            return test.tick()
        }
        for _ in 0..<2 {
            let outputs = try loseSome()
            #expect(try outputs.sent(to: anna)[0]["method"] == "stream.gap" && outputs.closes.isEmpty)
        }
        // A minute later these two count no more.
        test.now += .seconds(60)
        for _ in 0..<2 { #expect(try loseSome().closes.isEmpty) }
        let last = try loseSome()
        #expect(try last.sent(to: anna)[0]["method"] == "stream.gap")
        #expect(last.closes == [.slowViewer])
        #expect(test.hub.statistics.gaps == 5 && test.hub.statistics.eventsLost > 5)
    }

    @Test func `one that reads a little now and then stays`() throws {
        var limits = HubLimits.unpaced
        limits.softQueuedBytes = 100
        var test = TestHub(limits)
        try test.join(anna)
        test.follow(anna, "searches/a")
        for number in 0..<20 as Range<Int64> {
            test.publish(number, padding: 10_000)
            #expect(test.tick(after: .seconds(20)).closes.isEmpty)
            test.hub.sent(anna, bytes: 1)
        }
        _ = test.tick(after: .seconds(1))
        #expect(test.tick(after: .seconds(30)).closes == [.slowViewer])
    }

    @Test func `who waits for what was forgotten meanwhile is not slow`() throws {
        var limits = HubLimits.unpaced
        limits.softQueuedBytes = 200
        var test = TestHub(limits)
        try test.join(anna)
        test.follow(anna, "indexes")
        for key in ["x", "y"] {
            test.hub.append(
                StreamEvent("s", key: key, ["p": .string(String(repeating: "p", count: 300))]), to: .indexes)
            _ = test.tick()
        }
        #expect(test.hub.statistics.stalled == 1)
        test.hub.forget(key: "y", in: .indexes)
        #expect(test.tick(after: .seconds(30)).isEmpty)
        #expect(test.hub.statistics.stalled == 0)
    }

    @Test func `no stream of a slow viewer waits for the end of another`() throws {
        var limits = HubLimits.unpaced
        (limits.softQueuedBytes, limits.messageBytes) = (1000, 1)
        var test = TestHub(limits)
        try test.join(anna)
        for key in 0..<100 {
            for stream in [StreamName.indexes, .layout(index: "a")] {
                test.hub.append(StreamEvent("s", key: "\(key)", [:]), to: stream)
            }
        }
        test.follow(anna, "indexes")
        test.follow(anna, "layout/a")
        let streams = try test.messages(to: anna).compactMap { $0["params"]?["stream"] }
        #expect(Set(streams.map { "\($0)" }).count == 2)
    }

    @Test func `what all replay streams keep together is bounded, at the cost of the largest`() throws {
        var limits = HubLimits.unpaced
        (limits.replayBytes, limits.totalReplayBytes) = (1 << 20, 100_000)
        var test = TestHub(limits)
        test.hub.addStream(.searches(index: "b"), .replay)
        for number in 0..<10 as Range<Int64> {
            test.hub.append(StreamEvent("t", ["n": .integer(number)]), to: .searches(index: "b"))
        }
        try test.join(anna)
        test.follow(anna, "searches/a")
        for number in 0..<1000 as Range<Int64> {
            test.publish(number, padding: 100)
            _ = test.tick()
            test.read(anna)
            #expect(test.hub.statistics.replayBytes <= 100_000)
        }
        #expect(test.hub.statistics.replayBytes > 80_000)
        test.follow(anna, "searches/b", #","after":{"epoch":"e1","offset":-1}"#)
        #expect(try test.messages(to: anna)[1].numbers == Array(0..<10))
    }

    @Test func `what one replay stream keeps is bounded in bytes`() throws {
        var limits = HubLimits.unpaced
        limits.replayBytes = 50_000
        var test = TestHub(limits)
        for number in 0..<1000 as Range<Int64> { test.publish(number) }
        #expect((40_000...50_000).contains(test.hub.statistics.replayBytes))
    }
}
