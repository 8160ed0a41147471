import Testing

@testable import AnnscopeDaemon

@Suite("Pace of drafts")
struct DraftPaceTests {
    @Test func `the first picture is due at once, the next a frame later`() {
        var pace = DraftPace()
        #expect(pace.isDue(hasPicture: true, at: .zero))
        pace.told(bytes: 100, making: .milliseconds(1), at: .milliseconds(5))
        #expect(!pace.isDue(hasPicture: true, at: .milliseconds(20)))
        #expect(pace.isDue(hasPicture: true, at: .milliseconds(21)))
    }

    @Test func `a large picture leaves the wires free for as long as it takes`() {
        var pace = DraftPace()
        pace.told(bytes: 2_000_000, making: .milliseconds(1), at: .seconds(1))
        #expect(!pace.isDue(hasPicture: true, at: .milliseconds(1499)))
        #expect(pace.isDue(hasPicture: true, at: .milliseconds(1500)))
        // Progress goes on meanwhile.
        #expect(!pace.isDue(hasPicture: false, at: .milliseconds(1099)))
        #expect(pace.isDue(hasPicture: false, at: .milliseconds(1100)))
    }

    @Test func `pictures that take long to make are made seldom`() {
        var pace = DraftPace()
        pace.told(bytes: 100, making: .milliseconds(100), at: .seconds(1))
        #expect(!pace.isDue(hasPicture: true, at: .milliseconds(1899)))
        #expect(pace.isDue(hasPicture: true, at: .milliseconds(1900)))
    }

    @Test func `progress does not put off a picture`() {
        var pace = DraftPace()
        pace.told(at: .seconds(1))
        #expect(pace.isDue(hasPicture: true, at: .seconds(1)))
    }
}
