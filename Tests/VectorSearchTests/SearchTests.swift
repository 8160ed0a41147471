import Foundation
import IndexFiles
import Testing
import VectorSearch

@Suite("Searching")
struct SearchTests {
    @Test("an index without results: empty, or all deleted")
    func nothingToFind() throws {
        for name in ["hnswlib_empty", "hnswlib_all_deleted", "faiss_flat_empty", "faiss_ivf_empty"] {
            let index = try Oracle(name).index
            var recorder = TraceRecorder()
            let outcome = try Searcher().search(
                index, query: [Float](repeating: 0.5, count: index.dimension), parameters: SearchParameters(k: 5),
                tracer: &recorder)
            #expect(outcome.hits.isEmpty)
            #expect(recorder.events.last?.kind == .stop)
        }
    }

    @Test("a query that no library would take is refused by name")
    func refusals() throws {
        let index = try Oracle("hnswlib_tutorial").index
        let good = [Float](repeating: 1, count: index.dimension)
        func code(_ query: [Float], _ parameters: SearchParameters) -> SearchError.Code? {
            var tracer = NoTrace()
            do {
                _ = try Searcher().search(index, query: query, parameters: parameters, tracer: &tracer)
                return nil
            } catch { return error.code }
        }
        #expect(code([1, 2], SearchParameters(k: 1)) == .wrongDimension)
        #expect(code([.nan] + good.dropFirst(), SearchParameters(k: 1)) == .notFinite)
        #expect(code(good, SearchParameters(k: 0)) == .invalidParameter)
        #expect(code(good, SearchParameters(k: 1, efSearch: 0)) == .invalidParameter)
        #expect(code(good, SearchParameters(k: 5000)) == nil)
    }

    @Test("no parameter is too large: everything is found, and no more memory is taken than the index has use for")
    func largest() throws {
        let names = [
            "hnswlib_tutorial", "hnswlib_deleted", "faiss_flat_l2", "faiss_hnsw_flat", "faiss_ivf_flat_l2",
            "faiss_ivf_pqr", "faiss_refine_k4", "faiss_binary_flat", "faiss_ivf_hnsw_quantizer",
        ]
        for name in names {
            let index = try Oracle(name).index
            let searcher = Searcher()
            var parameters = SearchParameters(k: .max, efSearch: .max, nprobe: .max)
            for isQueueBounded in [true, false] {
                parameters.isQueueBounded = isQueueBounded
                var tracer = NoTrace()
                let query = [Float](repeating: 1, count: index.dimension)
                let outcome = try searcher.search(index, query: query, parameters: parameters, tracer: &tracer)
                // A graph may have parts that no link leads to.
                #expect(outcome.hits.count > (index.count - (index.deletedCount ?? 0)) / 2, "\(name)")
                #expect(searcher.byteCount < 1 << 24, "\(name)")
            }
        }
    }

    @Test("a recorder hands on batches, stops at its limit and cancels")
    func recorder() throws {
        let index = try Oracle("hnswlib_tutorial").index
        let query = index.vectorComponents(40)
        var whole = TraceRecorder()
        _ = try Searcher().search(index, query: query, parameters: .init(k: 10, efSearch: 100), tracer: &whole)
        let received = Received()
        var batched = TraceRecorder(batchEvents: 64...64, sink: { events, first in received.add(events, first) })
        _ = try Searcher().search(index, query: query, parameters: .init(k: 10, efSearch: 100), tracer: &batched)
        batched.flush()
        #expect(received.events == whole.events)
        #expect(received.batches > 1)

        var limited = TraceRecorder(maxEvents: 100)
        _ = try Searcher().search(index, query: query, parameters: .init(k: 10, efSearch: 100), tracer: &limited)
        #expect(limited.events.prefix(100) == whole.events.prefix(100))
        #expect(limited.summarisedFrom == 100 && limited.events.count <= 201)
        #expect(limited.stepCount == whole.stepCount && limited.events.last == whole.events.last)

        let cancellation = Cancellation()
        cancellation.cancel()
        var cancelled = TraceRecorder(cancellation: cancellation)
        let outcome = try Searcher().search(index, query: query, parameters: .init(k: 10), tracer: &cancelled)
        #expect(!outcome.isComplete)
        #expect(cancelled.events.last?.to == TraceEvent.StopReason.cancelled.rawValue)
    }

    /// What a sink got. `@unchecked Sendable`: the sink is called on the searching thread, which is the test's own.
    private final class Received: @unchecked Sendable {
        var events: [TraceEvent] = []
        var batches = 0

        func add(_ batch: UnsafeBufferPointer<TraceEvent>, _ first: Int) {
            #expect(first == events.count)
            events += batch
            batches += 1
        }
    }
}
