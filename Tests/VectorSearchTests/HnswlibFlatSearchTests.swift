import IndexFiles
import Testing
import VectorSearch

/// hnswlib's `BFIndex`: its recorded answers, and its ways with ties, filters and small indexes.
@Suite("Search of hnswlib's brute-force indexes")
struct HnswlibFlatSearchTests {
    @Test func `recorded answers are found again`() throws {
        let oracle = try Oracle("hnswlib_bruteforce")
        #expect(!oracle.rows.isEmpty)
        for row in oracle.rows {
            let (query, outcome, events) = try oracle.run(row)
            oracle.expectHits(
                outcome, labels: try #require(row["labels"] as? [String]),
                distances: try #require(row["distances"] as? [Double]), query: query)
            #expect(events.filter { [.keep, .reject].contains($0.kind) }.map(\.to) == Array(0..<64))
        }
    }

    /// `saveIndex` of an index with one component a vector: capacity, bytes of a row, count, then rows.
    private func index(_ rows: [(component: Float, label: UInt64)]) throws -> IndexFile {
        var bytes: [UInt8] = []
        func append<T>(_ value: T) { withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) } }
        for number in [UInt64(rows.count), 12, UInt64(rows.count)] { append(number.littleEndian) }
        for row in rows {
            append(row.component.bitPattern.littleEndian)
            append(row.label.littleEndian)
        }
        return try IndexFile.parse(bytes: bytes, path: "ties.bin", hints: .init(metric: .l2))
    }

    private func search(
        _ index: IndexFile, k: Int, filter: NodeFilter? = nil
    ) throws -> (labels: [VectorLabel], kept: [UInt32]) {
        var recorder = TraceRecorder()
        let outcome = try Searcher().search(
            index, query: [0], parameters: SearchParameters(k: k), filter: filter, tracer: &recorder)
        let replay = TraceReplay(outcome.header, recorder.events) { index.label($0) }
        replay.move(to: recorder.events.count)
        #expect(replay.results.map(\.node) == outcome.hits.map(\.node))
        return (outcome.hits.map(\.label), recorder.events.filter { $0.kind == .keep }.map(\.to))
    }

    @Test func `of equal distances the smaller labels stay, and each enters the queue`() throws {
        let index = try index([(1, 9), (-1, 7), (1, 8), (1, 2), (3, 1), (-1, 11)])
        let (labels, kept) = try search(index, k: 3)
        #expect(labels == [2, 7, 8])
        #expect(kept == [0, 1, 2, 3, 5])
    }

    @Test func `the first k rows enter the queue whatever their distance, if the filter lets them`() throws {
        let index = try index([(5, 1), (4, 2), (3, 3), (2, 4), (1, 5)])
        #expect(try search(index, k: 2).kept == [0, 1, 2, 3, 4])
        // The bound is that of what was let in, and there is none before.
        let (labels, kept) = try search(index, k: 2, filter: NodeFilter(count: 5) { $0 >= 2 })
        #expect(labels == [5, 4])
        #expect(kept == [2, 3, 4])
    }

    @Test func `more results than rows are no results`() throws {
        #expect(try search(try index([(2, 4), (1, 6)]), k: 10).labels == [6, 4])
    }
}
