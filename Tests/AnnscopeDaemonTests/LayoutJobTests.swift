import Foundation
import IndexFiles
import OrderedCollections
import Testing
import WireProtocol

@testable import AnnscopeDaemon
@testable import MapLayout

@Suite("Jobs that make maps")
struct LayoutJobTests {
    private let index: ServedIndex

    init() throws {
        let demo = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/AnnscopeDaemon/Demo/hnswlib_M6_ef30_l2.index")
        let loader = IndexLoader(maxFileBytes: 1 << 30, directBytes: 1 << 30, budget: MemoryBudget(limit: 1 << 30))
        index = ServedIndex(name: "photos", revision: 2, loaded: try loader.load(path: demo.path) { _ in })
    }

    private func job(_ previous: LayoutJob.Previous? = nil) -> LayoutJob {
        LayoutJob(index: index, previous: previous, fullMapNodes: 100_000)
    }

    private func map() throws -> IndexMap { try #require(IndexMap(of: index.file)) }

    @Test func `a map that waits for a thread shows its top levels, and nothing once it is being made`() throws {
        let job = job()
        var shown: [MapPicture] = []
        func take(_ report: LayoutJob.Report) {
            if case .draft(let picture, _) = report { shown.append(picture) } else { Issue.record("\(report)") }
        }
        job.runMeanwhile(report: take)
        #expect(shown.count == 1 && shown.first?.revision == 2 && shown.first?.isFinished == false)
        job.run { _ in }
        job.runMeanwhile(report: take)
        #expect(shown.count == 1)
        let cancelled = self.job()
        cancelled.cancel()
        cancelled.runMeanwhile(report: take)
        #expect(shown.count == 1)
    }

    @Test(arguments: [1, 2])
    func `the map of a revision is told once more, that of another is not`(revision: Int) throws {
        let map = try map()
        let origin = MapOrigin(key: nil, isStored: true)
        var told: LayoutJob.Finished?
        var isDropped = false
        job(LayoutJob.Previous(map: map, revision: revision, origin: origin)).runAgain { report in
            switch report {
            case .finished(let finished): told = finished
            case .dropped: isDropped = true
            default: Issue.record("\(report)")
            }
        }
        #expect(isDropped == (revision == 1))
        guard revision == 2 else { return }
        let finished = try #require(told)
        #expect(finished.map.x == map.x && finished.origin == origin && finished.picture.isFinished)
        #expect(finished.events.contains { $0.key == "finished" && $0.members["revision"] == 2 })
        #expect(finished.events.contains { $0.key == "links/0" } && !finished.events.contains { $0.key == "moved" })
    }
}
