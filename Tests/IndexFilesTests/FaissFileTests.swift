import Foundation
import Testing

@testable import IndexFiles

@Suite("Faiss files")
struct FaissFileTests {
    @Test(arguments: Oracle.names("faiss_"))
    func `header and list sizes are the library's`(name: String) throws {
        let index = try IndexFile.open(path: Oracle.path(name + ".bin"))
        let meta = try #require(try Oracle.sidecar(name)["meta"] as? [String: Any])
        #expect(index.library == .faiss)
        #expect(index.count == meta["ntotal"] as? Int)
        #expect(index.dimension == meta["d"] as? Int)
        #expect((index.metric == .l2 ? 1 : 0) == meta["metric_type"] as? Int)
        #expect(!index.metricIsGuessed)
        #expect(index.warnings.isEmpty)
        guard case .ivf(let lists) = index.structure else { return }
        #expect(lists.nlist == meta["nlist"] as? Int)
        #expect((0..<lists.nlist).map(lists.size) == meta["list_sizes"] as? [Int])
    }

    @Test(arguments: Oracle.names("faiss_"))
    func `every label in an answer is in the file`(name: String) throws {
        let index = try IndexFile.open(path: Oracle.path(name + ".bin"))
        let labels = Set((0..<UInt32(index.count)).map { index.label($0) })
        #expect(labels.count == index.count)
        for row in try Oracle.sidecar(name)["results"] as? [[String: Any]] ?? [] {
            for label in row["labels"] as? [String] ?? [] where label != "-1" {
                #expect(labels.contains(VectorLabel(label) ?? -1))
            }
        }
    }
}
