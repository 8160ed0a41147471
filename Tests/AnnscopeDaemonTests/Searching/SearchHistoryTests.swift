import Foundation
import IndexFiles
import OrderedCollections
import Testing
import VectorSearch
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Search history")
struct SearchHistoryTests {
    private let file: IndexFile

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        file = try IndexFile.open(
            path: root.appending(path: "Sources/AnnscopeDaemon/Demo/faiss_ivf128_flat_l2.index").path)
    }

    private func record(
        _ number: Int, index name: String = "photos", revision: Int = 1, listed: Bool = true, components: Int = 0
    ) -> SearchRecord {
        let index = ServedIndex(
            name: name, revision: revision,
            loaded: LoadedIndex(
                file: file, memory: nil, sidecar: Sidecar(), items: .empty, labels: LabelTable(file), queries: [],
                queriesNote: nil, sidecarWarnings: []))
        return SearchRecord(
            started: SearchStarted(
                search: "s\(number)", index: name, revision: revision, at: 0, source: nil, label: nil,
                labelsAreText: false, subject: nil, isFollowed: false, header: [:]),
            isListed: listed, index: index, query: [Float](repeating: 0, count: components),
            finished: .init(
                outcome: SearchOutcome(header: TraceHeader(algorithm: .faissIVF, k: 1)), microseconds: 1, trace: nil,
                place: nil),
            stop: nil)
    }

    @Test func `the oldest searches are forgotten first, by number`() {
        var history = SearchHistory(maxSearches: 3, maxBytes: 1 << 30)
        for number in 1...5 { history.add(record(number)) }
        #expect(history.count == 3 && history["s2"] == nil && history["s3"] != nil && history["s5"] != nil)
    }

    @Test func `and by memory, which is counted with all that is in a record`() {
        var history = SearchHistory(maxSearches: 1000, maxBytes: 200_000)
        for number in 1...100 {
            history.add(record(number, components: 2500))
            #expect(history.bytes <= 100_000)
        }
        #expect(history["s100"] != nil && history["s91"] == nil)
        history.forget(index: "photos")
        #expect(history.count == 0 && history.bytes == 0)
    }

    @Test func `thousands of counted searches leave those that were listed`() {
        var history = SearchHistory(maxSearches: 10, maxBytes: 1 << 30)
        for number in 1...5 { history.add(record(number)) }
        for number in 6...5000 { history.add(record(number, listed: false)) }
        #expect(history.count == 15 && history["s1"] != nil && history["s5000"] != nil && history["s4000"] == nil)
    }

    @Test func `one search is kept, however large it is`() {
        var history = SearchHistory(maxSearches: 10, maxBytes: 1000)
        history.add(record(1, components: 10_000))
        history.add(record(2, components: 10_000))
        #expect(history.count == 1 && history["s2"] != nil)
    }

    @Test func `of each index the two newest revisions are kept, as each keeps its vectors alive`() {
        var history = SearchHistory(maxSearches: 1000, maxBytes: 1 << 30)
        for revision in 1...200 { history.add(record(revision, revision: revision)) }
        history.add(record(1000, index: "other"))
        #expect(history.count == 3 && history["s199"] != nil && history["s200"] != nil && history["s1000"] != nil)
    }

    @Test func `a recall is counted with its neighbours, and given back with its record`() {
        var history = SearchHistory(maxSearches: 10, maxBytes: 1 << 30)
        history.add(record(1))
        let before = history.bytes
        let neighbours = (0..<100).map { SearchResult(label: WireLabel($0), node: $0, distance: 0) }
        history.add(
            .measured(.init(k: 100, recall: 0, exact: neighbours, missed: neighbours, basis: .stored, microseconds: 1)),
            to: "s1")
        #expect(history.bytes > before + 200 * 8)
        history.add(.unavailable("gone"), to: "s7")
        history.forget(index: "photos")
        #expect(history.bytes == 0)
    }
}
