import Testing

@testable import AnnscopeDaemon

@Suite("Rate limiter")
struct RateLimiterTests {
    @Test func `a burst is let in, then as many as the rate says`() {
        var limiter = RateLimiter(perSecond: 10, burst: 5)
        for _ in 0..<5 { #expect(limiter.take(1, of: "a", at: .zero) == nil) }
        let wait = limiter.take(1, of: "a", at: .zero)
        #expect(wait == .milliseconds(100))
        #expect(limiter.take(1, of: "a", at: .milliseconds(99)) != nil)
        #expect(limiter.take(1, of: "a", at: .milliseconds(100)) == nil)
        #expect(limiter.take(1, of: "a", at: .milliseconds(100)) != nil)
    }

    @Test func `a refusal costs nothing, and who waits as long as told is let in`() {
        var limiter = RateLimiter(perSecond: 10, burst: 5)
        var now = Duration.zero
        for _ in 0..<100 {
            guard let wait = limiter.take(3, of: "a", at: now) else { continue }
            now += wait
            #expect(limiter.take(3, of: "a", at: now) == nil)
        }
    }

    @Test func `clients don't share a bucket`() {
        var limiter = RateLimiter(perSecond: 1, burst: 1)
        #expect(limiter.take(1, of: "a", at: .zero) == nil)
        #expect(limiter.take(1, of: "b", at: .zero) == nil)
        #expect(limiter.take(1, of: "a", at: .zero) != nil)
    }

    @Test func `a batch above the burst is let in by a full bucket, and is paid for afterwards`() {
        var limiter = RateLimiter(perSecond: 10, burst: 5)
        #expect(limiter.take(25, of: "a", at: .zero) == nil)
        let wait = limiter.take(1, of: "a", at: .zero)
        #expect(wait.map { abs($0 / .milliseconds(1) - 2100) < 0.01 } == true)
    }

    @Test func `no more clients are known than the limit, and those in debt are forgotten last`() {
        var limiter = RateLimiter(perSecond: 1, burst: 10, maxClients: 100)
        #expect(limiter.take(1000, of: "greedy", at: .zero) == nil)
        for number in 0..<10_000 {
            _ = limiter.take(1, of: "client \(number)", at: .seconds(number))
            #expect(limiter.clientCount <= 100)
            if number == 900 { #expect(limiter.take(1, of: "greedy", at: .seconds(number)) != nil) }
        }
    }

    @Test func `time that stands still or a clock that goes back fills no bucket beyond its burst`() {
        var limiter = RateLimiter(perSecond: 1000, burst: 2)
        for second in [100, 0, 50] { _ = limiter.take(1, of: "a", at: .seconds(second)) }
        #expect(limiter.take(2, of: "a", at: .seconds(1000)) == nil)
        #expect(limiter.take(1, of: "a", at: .seconds(1000)) != nil)
    }
}
