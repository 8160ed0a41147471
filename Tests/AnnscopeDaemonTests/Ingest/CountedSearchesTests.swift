import Testing
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Counted searches")
struct CountedSearchesTests {
    private func row(_ number: Int) -> SearchCounted.Row {
        .init(search: number, source: nil, k: 5, effort: 50, outcome: .complete)
    }

    @Test func `rows are gathered for a moment from the first on, each index by itself, and told once`() {
        var counted = CountedSearches(every: .milliseconds(250))
        #expect(counted.nextDue == nil)
        counted.add(row(1), index: "a", at: .milliseconds(100))
        counted.add(row(2), index: "b", at: .milliseconds(200))
        counted.add(row(3), index: "a", at: .milliseconds(300))
        #expect(counted.nextDue == .milliseconds(350))
        #expect(counted.due(at: .milliseconds(349)).isEmpty)
        let first = counted.due(at: .milliseconds(350))
        #expect(first.map(\.index) == ["a"] && first[0].rows.map(\.search) == [1, 3])
        #expect(counted.nextDue == .milliseconds(450))
        #expect(counted.due(at: .milliseconds(1000)).map(\.index) == ["b"])
        #expect(counted.due(at: .milliseconds(2000)).isEmpty && counted.nextDue == nil)
    }

    @Test func `so many rows are told at once`() {
        var counted = CountedSearches(every: .seconds(1), maxRows: 3)
        for number in 0..<3 { counted.add(row(number), index: "a", at: .zero) }
        #expect(counted.nextDue == .zero)
        #expect(counted.due(at: .zero).first?.rows.count == 3)
    }

    @Test func `a recall that comes in time is told, a later one is not`() throws {
        var counted = CountedSearches(every: .seconds(1))
        counted.add(row(1), index: "a", at: .zero)
        counted.add(row(2), index: "a", at: .zero)
        counted.measured(1, index: "a", recall: 0.5)
        let rows = try #require(counted.due(at: .seconds(1)).first?.rows)
        #expect(rows[0].recall == 0.5 && rows[1].recall.isNaN)
        counted.measured(2, index: "a", recall: 0.5)
        #expect(counted.nextDue == nil)
    }
}
