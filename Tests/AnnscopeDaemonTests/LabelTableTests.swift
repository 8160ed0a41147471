import Foundation
import IndexFiles
import Testing

@testable import AnnscopeDaemon

@Suite("Labels")
struct LabelTableTests {
    private static let oracle = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Oracle")

    @Test(
        "every label leads to its node, prepared or not",
        arguments: [
            "hnswlib_labels64", "hnswlib_replace_deleted", "hnswlib_l2_gauss", "faiss_idmap_ivf", "faiss_ivf_ids",
            "faiss_idmap_hnsw", "faiss_flat_l2",
        ])
    func finds(name: String) throws {
        let index = try IndexFile.open(path: Self.oracle.appending(path: name + ".bin").path)
        for table in [LabelTable(index), LabelTable(scanning: index)] {
            for node in 0..<UInt32(index.count) { #expect(table.node(of: index.label(node)) == node) }
            for label: VectorLabel in [-1, 1 << 63, 1 << 64, -(1 << 64), .max, .min] {
                #expect(table.node(of: label) == (0..<UInt32(index.count)).first { index.label($0) == label })
            }
        }
    }

    @Test("of two nodes with one label the first answers")
    func duplicates() throws {
        let index = try IndexFile.open(path: Self.oracle.appending(path: "corrupt/hnswlib_dup_label.bin").path)
        #expect(index.label(10) == index.label(11))
        #expect(LabelTable(index).node(of: index.label(11)) == 10)
        #expect(LabelTable(scanning: index).node(of: index.label(11)) == 10)
    }

    @Test("memory is handed out up to the limit, and comes back with the last who holds it")
    func budget() {
        let budget = MemoryBudget(limit: 100)
        var first = budget.reserve(60)
        #expect(first != nil && budget.reserve(41) == nil)
        let second = budget.reserve(40)
        #expect(second != nil && budget.reserve(1) == nil)
        first = nil
        #expect(first == nil && budget.reserve(60) != nil)
        #expect(MemoryBudget(limit: 0).reserve(1) == nil)
    }
}
