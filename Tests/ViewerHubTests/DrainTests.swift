import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("Draining")
struct DrainTests {
    private let watchers = (1...100).map { ViewerID($0) }

    @Test func `viewers are sent away evenly over the time, each with what was there for it`() throws {
        var test = TestHub()
        for viewer in watchers {
            try test.join(viewer)
            test.follow(viewer, "searches/a")
        }
        _ = test.tick()
        test.hub.drain(at: test.now, over: .seconds(10))
        #expect(!test.hub.isDrained)
        var closes: [Int] = []
        for second in 0...10 as ClosedRange<Int64> {
            test.publish(second)
            let outputs = test.tick(after: second == 0 ? .zero : .seconds(1))
            #expect(outputs.closes.allSatisfy { $0 == .restart })
            #expect(try outputs.sent(to: watchers[99]).map(\.numbers) == [[second]])
            closes.append(outputs.closes.count)
        }
        #expect(closes == [1] + Array(repeating: 10, count: 9) + [9])
        #expect(test.hub.isDrained)
    }

    @Test func `who is sent away gets what is due later first`() throws {
        var test = TestHub(HubLimits())
        for viewer in watchers {
            try test.join(viewer)
            test.follow(viewer, "searches/a")
        }
        test.publish(0)
        _ = test.tick(after: .seconds(1))
        test.publish(1)
        test.hub.drain(at: test.now, over: .zero)
        let outputs = test.tick()
        guard case .send(_, let viewers)? = outputs.first else { throw CancellationError() }
        #expect(viewers.count == 100)
        #expect(try outputs.sent(to: watchers[5]).map(\.numbers) == [[1]])
        #expect(outputs.dropFirst().count == 100 && outputs.closes.count == 100)
        #expect(test.hub.isDrained)
    }

    @Test func `newcomers are sent away at once, and a second drain hurries the first`() throws {
        var test = TestHub()
        for viewer in watchers { try test.join(viewer) }
        test.hub.drain(at: test.now, over: .seconds(100))
        _ = test.tick(after: .seconds(10))
        let late = ViewerID(1000)
        test.hub.opened(late, peer: "", at: test.now)
        #expect(test.tick() == [.close(late, .restart, reason: "the daemon is going down")])
        test.hub.drain(at: test.now, over: .zero)
        #expect(test.tick().closes.count > 80)
        #expect(test.hub.isDrained)
        #expect(test.hub.statistics.closes == [.restart: 101])
    }
}
