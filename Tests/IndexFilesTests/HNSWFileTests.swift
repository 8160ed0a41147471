import Foundation
import Testing

@testable import IndexFiles

@Suite("hnswlib files")
struct HNSWFileTests {
    static let names = Oracle.names("hnswlib_")

    private func open(_ name: String, hints: IndexFileHints = .init()) throws -> (IndexFile, HNSWGraph) {
        let index = try IndexFile.open(path: Oracle.path(name + ".bin"), hints: hints)
        guard case .hnsw(let graph) = index.structure else { throw CancellationError() }
        return (index, graph)
    }

    @Test(arguments: names)
    func `header and counts are the library's`(name: String) throws {
        let (index, graph) = try open(name)
        let sidecar = try Oracle.sidecar(name)
        let header = try #require(sidecar["header"] as? [String: Any])
        let meta = try #require(sidecar["meta"] as? [String: Any])
        #expect(index.library == .hnswlib)
        #expect(index.count == header["count"] as? Int)
        #expect(index.dimension == meta["dim"] as? Int)
        #expect(graph.M == header["M"] as? Int)
        #expect(graph.maxM == header["maxM"] as? Int)
        #expect(graph.maxM0 == header["maxM0"] as? Int)
        #expect(graph.maxLevel == header["max_level"] as? Int)
        #expect(Int(graph.entryPoint) == header["entry_point"] as? Int)
        #expect(graph.efConstruction == header["ef_construction"] as? UInt64)
        #expect(graph.upperOffsets.last == sidecar["size"] as? Int)
        #expect(graph.nodesPerLevel.count == graph.maxLevel + 1)
        #expect((graph.nodesPerLevel.first ?? 0) == graph.count)
    }

    @Test(arguments: names)
    func `every link is the one the library sees`(name: String) throws {
        let (_, graph) = try open(name)
        let expected = try #require(try Oracle.sidecar(name)["graph"] as? [String: Any])
        // The offset basis is the recorder's own; it is not the customary one.
        var hash: UInt64 = 1_469_598_103_934_665_603
        func mix(_ value: UInt32) {
            for shift in stride(from: 0, to: 32, by: 8) {
                hash = (hash ^ UInt64(value >> shift & 0xFF)) &* 0x100_0000_01b3
            }
        }
        for node in 0..<UInt32(graph.count) {
            for level in 0...graph.level(of: node) {
                let (ids, count) = graph.links(of: node, level: level)
                [node, UInt32(level), UInt32(count)].forEach(mix)
                for position in 0..<count { mix(ids.loadUnaligned(fromByteOffset: position * 4, as: UInt32.self)) }
            }
        }
        let digits = String(hash, radix: 16)
        #expect(String(repeating: "0", count: 16 - digits.count) + digits == expected["graph_fnv1a64"] as? String)
        #expect(graph.deletedCount == expected["deleted"] as? Int)
        #expect(graph.nodesPerLevel == (expected["nodes_per_level"] as? [Int])?.filter { $0 > 0 })
    }

    @Test(arguments: names)
    func `every label in an answer is in the file`(name: String) throws {
        let (index, graph) = try open(name)
        let labels = Set((0..<UInt32(graph.count)).map { graph.label($0) })
        #expect(labels.count == graph.count)
        for row in try #require(try Oracle.sidecar(name)["results"] as? [[String: Any]]) {
            for label in row["labels"] as? [String] ?? [] { #expect(labels.contains(VectorLabel(label) ?? -1)) }
        }
        #expect(index.hasWideLabels == labels.contains { $0 > 1 << 53 })
    }

    @Test func `deleted vectors are marked, one by one`() throws {
        let (_, all) = try open("hnswlib_all_deleted")
        #expect((0..<UInt32(all.count)).allSatisfy(all.isDeleted))
        let (_, some) = try open("hnswlib_deleted")
        #expect((0..<UInt32(some.count)).filter(some.isDeleted).count == some.deletedCount)
    }

    @Test func `the metric is guessed from the lengths of the vectors, or told`() throws {
        let (cosine, _) = try open("hnswlib_cosine_digits")
        #expect(cosine.metric == .cosine && cosine.metricIsGuessed)
        let (digits, _) = try open("hnswlib_l2_digits")
        #expect(digits.metric == .l2 && digits.metricIsGuessed)
        let (told, _) = try open("hnswlib_ip_gauss", hints: .init(metric: .innerProduct))
        #expect(told.metric == .innerProduct && !told.metricIsGuessed)
    }

    @Test func `a dimension equal to the vector's bytes means uint8, which is declined`() throws {
        let (index, _) = try open("hnswlib_single")
        let error = #expect(throws: IndexFileError.self) {
            try open("hnswlib_single", hints: .init(dimension: index.dimension * 4))
        }
        #expect(error?.code == .unsupported)
    }
}
