import Foundation
import Testing

@testable import IndexFiles

@Suite("Faiss files")
struct FaissFileTests {
    static let names = Oracle.names("faiss_")

    /// Faiss's numbers of the metrics.
    private static let metrics: [Int: Metric] = [0: .innerProduct, 1: .l2, 2: .l1, 4: .lp]

    @Test func `the files of every kind are there`() { #expect(Self.names.count == 49) }

    @Test(arguments: names)
    func `header, lists and graph are the library's`(name: String) throws {
        let index = try IndexFile.open(path: Oracle.path(name + ".bin"))
        let meta = try #require(try Oracle.sidecar(name)["meta"] as? [String: Any])
        #expect(index.library == .faiss)
        #expect(index.count == meta["ntotal"] as? Int)
        #expect(index.dimension == meta["d"] as? Int)
        if let metric = meta["metric_type"] as? Int {
            #expect(index.object.metric == Self.metrics[metric])
        } else {
            #expect(index.object.metric == .hamming)
        }
        #expect(!index.metricIsGuessed)
        #expect(index.warnings.isEmpty, "\(index.warnings)")
        #expect(index.isChecked && !index.isMapped)
        switch index.structure {
        case .ivf(let lists):
            #expect(lists.nlist == meta["nlist"] as? Int)
            #expect((0..<lists.nlist).map(lists.size) == meta["list_sizes"] as? [Int])
            #expect(lists.isByResidual == meta["by_residual"] as? Bool ?? lists.isByResidual)
        case .faissHNSW(let graph):
            #expect(graph.M == meta["M"] as? Int)
            #expect(graph.M0 == meta["M0"] as? Int)
            #expect(graph.efConstruction == meta["efConstruction"] as? Int)
            #expect(graph.efSearch == meta["efSearch_stored"] as? Int)
            #expect(graph.nodesPerLevel == meta["nodes_per_level"] as? [Int])
            #expect(graph.maxLevel == meta["max_level"] as? Int)
            #expect(Int(graph.entryPoint) == meta["entry_point"] as? Int)
            #expect(graph.linksPerLevel().reduce(0, +) == meta["links"] as? Int)
            #expect(sumOfLinks(graph) == meta["neighbors_sum"] as? Int)
        case .nsg(let graph):
            #expect(graph.R == meta["R"] as? Int)
            #expect(Int(graph.entryPoint) == meta["enterpoint"] as? Int)
            #expect(graph.linksPerLevel().reduce(0, +) > graph.count)
        default: break
        }
    }

    private func sumOfLinks(_ graph: FaissHNSWGraph) -> Int {
        var sum = 0
        for node in 0..<UInt32(graph.count) {
            for level in 0...graph.level(of: node) { graph.forEachLink(of: node, level: level) { sum += Int($0) } }
        }
        return sum
    }

    @Test(arguments: names)
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

    @Test(arguments: names)
    func `mapped, it is the same index`(name: String) throws {
        let settled = try IndexFile.open(path: Oracle.path(name + ".bin"))
        let mapped = try IndexFile.openMapped(path: Oracle.path(name + ".bin"))
        #expect(mapped.isMapped && !mapped.isChecked && mapped.isIntact)
        #expect(mapped.header == settled.header)
        #expect(mapped.count == settled.count && mapped.dimension == settled.dimension)
        let checked = try mapped.checkedInPlace()
        #expect(checked.isMapped && checked.isChecked && checked.warnings == settled.warnings)
        let again = try mapped.settled()
        #expect(!again.isMapped && again.isChecked)
        for node in 0..<UInt32(settled.count) where node % 7 == 0 {
            for other in [mapped, checked, again] {
                #expect(other.label(node) == settled.label(node))
                #expect(other.vectorComponents(node) == settled.vectorComponents(node))
            }
        }
    }
}
