import Testing

@testable import AnnscopeDaemon

@Suite("Pace of searches")
struct SearchPaceTests {
    @Test func `the wait follows from how many searches end in a second`() {
        var pace = SearchPace()
        #expect(pace.wait(for: 100) == .seconds(1))
        for step in 1...200 { pace.finished(at: .milliseconds(10 * step)) }
        #expect(pace.wait(for: 100) == .seconds(1))
        #expect(pace.wait(for: 1) == .milliseconds(50))
        #expect(pace.wait(for: 1_000_000) == .seconds(30))
    }
}
