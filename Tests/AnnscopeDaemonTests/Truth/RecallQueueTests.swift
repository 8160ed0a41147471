import Foundation
import IndexFiles
import Testing
import VectorSearch

@testable import AnnscopeDaemon

@Suite("Recall queue")
struct RecallQueueTests {
    private let index: ServedIndex

    init() throws {
        let demo = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/AnnscopeDaemon/Demo")
        let file = try IndexFile.open(path: demo.appending(path: "faiss_ivf128_flat_l2.index").path)
        index = ServedIndex(
            name: "photos", revision: 1,
            loaded: LoadedIndex(
                file: file, memory: nil, sidecar: Sidecar(), items: .empty, labels: LabelTable(file), queries: [],
                queriesNote: nil, sidecarWarnings: []))
    }

    private func job(_ name: String, required: Bool = false, listed: Bool = true) -> RecallJob {
        RecallJob(
            search: name, index: index, query: [],
            filter: nil, outcome: SearchOutcome(header: TraceHeader(algorithm: .faissIVF, k: 1)), isRequired: required,
            isListed: listed)
    }

    @Test("a search that is only counted is measured when nothing else waits")
    func counted() {
        var queue = RecallQueue()
        queue.add(job("a", listed: false), isBusy: false)
        queue.add(job("b", listed: false), isBusy: false)
        queue.add(job("c"), isBusy: false)
        #expect((0..<3).map { _ in queue.next(isBusy: false)?.search } == ["c", "a", nil])
        #expect(queue.takeSkipped("photos") == 1)
    }

    @Test("what somebody waits for comes first, then the newest")
    func order() {
        var queue = RecallQueue()
        for name in ["a", "b"] { queue.add(job(name), isBusy: false) }
        for name in ["c", "d"] { queue.add(job(name, required: true), isBusy: true) }
        #expect(queue.next(isBusy: true)?.search == "c")
        #expect((0..<4).map { _ in queue.next(isBusy: false)?.search } == ["d", "b", "a", nil])
    }

    @Test("the oldest are dropped and counted, and all while searches wait")
    func dropped() {
        var queue = RecallQueue(maxOptional: 2)
        for name in ["a", "b", "c"] { queue.add(job(name), isBusy: false) }
        queue.add(job("d"), isBusy: true)
        #expect(queue.next(isBusy: true) == nil)
        #expect(queue.takeSkipped("photos") == 2)
        #expect(queue.takeSkipped("photos") == 0)
        #expect((0..<3).map { _ in queue.next(isBusy: false)?.search } == ["c", "b", nil])
    }

    @Test("of an index that is gone only what somebody waits for is left")
    func gone() {
        var queue = RecallQueue(maxOptional: 1)
        for name in ["a", "b"] { queue.add(job(name), isBusy: false) }
        queue.add(job("c", required: true), isBusy: false)
        queue.forget(index: "others")
        queue.forget(index: "photos")
        #expect((0..<2).map { _ in queue.next(isBusy: false)?.search } == ["c", nil])
        #expect(queue.takeSkipped("photos") == 0)
    }
}
