import OrderedCollections
import Testing
import ViewerHub
import WireProtocol

@Suite("Pace")
struct PaceTests {
    private let watchers = (1...1000).map { ViewerID($0) }

    private func following(_ count: Int) throws -> TestHub {
        var test = TestHub(HubLimits())
        for viewer in watchers.prefix(count) {
            try test.join(viewer)
            test.follow(viewer, "searches/a")
        }
        _ = test.tick(after: .seconds(1))
        return test
    }

    @Test func `after a quiet time an event goes at once, the next when its time has come`() throws {
        var test = try following(1000)
        test.publish(0)
        #expect(try #require(test.hub.nextTick) <= test.now)
        #expect(try test.messages(to: watchers[7])[0].numbers == [0])
        // Nothing but the time for `initialize`, which all of them met, is waited for.
        #expect(try #require(test.hub.nextTick) >= .seconds(10))
        test.publish(1)
        test.publish(2)
        // 20 µs for each of 1000 viewers.
        let due = try #require(test.hub.nextTick)
        #expect(due == test.now + .milliseconds(20))
        #expect(test.tick(after: .milliseconds(19)).isEmpty)
        test.publish(3)
        let outputs = test.tick(after: .milliseconds(1))
        #expect(outputs.count == 1)
        guard case .send(_, let viewers)? = outputs.first else { throw CancellationError() }
        #expect(viewers.count == 1000)
        #expect(try outputs.sent(to: watchers[999])[0].numbers == [1, 2, 3])
    }

    @Test func `two thousand events a second become at most fifty messages for each of a thousand viewers`() throws {
        var test = try following(1000)
        var messages = 0
        for number in 0..<2000 as Range<Int64> {
            test.publish(number)
            messages += test.tick(after: .microseconds(500)).count
        }
        #expect((45...51).contains(messages))
    }

    @Test func `one viewer gets every event by itself`() throws {
        var test = try following(1)
        for number in 0..<100 as Range<Int64> {
            test.publish(number)
            #expect(try test.messages(to: watchers[0], after: .microseconds(500)).count == 1)
        }
    }

    @Test func `replies and closes do not wait`() throws {
        var test = try following(1000)
        test.publish(0)
        _ = test.tick()
        test.publish(1)
        test.follow(watchers[0], "indexes")
        #expect(test.hub.nextTick == .zero)
        #expect(try test.messages(to: watchers[0])[0]["result"] != nil)
        _ = test.hub.received(watchers[1], Array("{]".utf8), at: test.now)
        #expect(test.tick().closes == [.malformed])
    }

    @Test func `the hub says when it must be looked after`() throws {
        var test = TestHub(HubLimits())
        #expect(test.hub.nextTick == nil)
        test.hub.opened(watchers[0], peer: "", at: .seconds(3))
        test.hub.opened(watchers[1], peer: "", at: .seconds(5))
        #expect(test.hub.nextTick == .seconds(13))
        #expect(test.hub.tick(at: .seconds(13)).closes == [.noInitialize])
        #expect(test.hub.nextTick == .seconds(15))
        test.hub.closed(watchers[1])
        _ = test.hub.tick(at: .seconds(15))
        #expect(test.hub.nextTick == nil)
    }
}
