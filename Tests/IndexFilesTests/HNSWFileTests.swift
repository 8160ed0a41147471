import Foundation
import Testing

@testable import IndexFiles

@Suite("hnswlib files")
struct HNSWFileTests {
    static let names = Oracle.names("hnswlib_").filter { $0 != "hnswlib_bruteforce" }

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
        // The last upper list ends with the file.
        #expect(index.byteCount == sidecar["size"] as? Int)
        #expect(
            96 + graph.count * graph.recordBytes + (graph.upperOffsets.last ?? 0) == sidecar["size"] as? Int)
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

    @Test func `a dimension equal to the vector's bytes means uint8`() throws {
        let (floats, _) = try open("hnswlib_single")
        let (bytes, graph) = try open("hnswlib_single", hints: .init(dimension: floats.dimension * 4))
        #expect(bytes.dimension == floats.dimension * 4)
        guard case .uint8? = bytes.vectors?.encoding else { throw CancellationError() }
        let first = graph.vector(0).load(as: UInt8.self)
        #expect(bytes.vectorComponents(0)[0] == Float(first))
    }

    @Test func `something behind the floats of a vector is left aside`() throws {
        let (whole, _) = try open("hnswlib_l2_gauss")
        let (part, _) = try open("hnswlib_l2_gauss", hints: .init(dimension: whole.dimension - 1))
        #expect(part.vectorComponents(7) == Array(whole.vectorComponents(7).dropLast()))
        #expect(part.warnings.contains { $0.field == "dimension" })
        #expect(throws: IndexFileError.self) {
            try open("hnswlib_l2_gauss", hints: .init(dimension: whole.dimension - 3))
        }
    }

    @Test func `the brute-force index opens with its vectors and labels`() throws {
        let index = try IndexFile.open(path: Oracle.path("hnswlib_bruteforce.bin"))
        let meta = try #require(try Oracle.sidecar("hnswlib_bruteforce")["meta"] as? [String: Any])
        #expect(index.count == meta["count"] as? Int && index.dimension == meta["dim"] as? Int)
        guard case .flat = index.structure else { throw CancellationError() }
        #expect(index.warnings.isEmpty)
        let nodes = Dictionary(uniqueKeysWithValues: (0..<UInt32(index.count)).map { (index.label($0), $0) })
        let sidecar = try Oracle.sidecar("hnswlib_bruteforce")
        let queries = try #require(sidecar["queries"] as? [[Double]])
        for row in try #require(sidecar["results"] as? [[String: Any]]) {
            let query = queries[try #require(row["query"] as? Int)]
            let labels = try #require(row["labels"] as? [String])
            for (label, distance) in zip(labels, try #require(row["distances"] as? [Double])) {
                let vector = index.vectorComponents(try #require(nodes[VectorLabel(label) ?? -1]))
                let own = zip(query, vector).reduce(0) { $0 + ($1.0 - Double($1.1)) * ($1.0 - Double($1.1)) }
                #expect(abs(own - distance) <= 1e-5 * max(1, distance))
            }
        }
    }

    @Test(arguments: names)
    func `mapped, it is the same index, and deletions are not counted yet`(name: String) throws {
        let (settled, graph) = try open(name)
        let mapped = try IndexFile.openMapped(path: Oracle.path(name + ".bin"))
        guard case .hnsw(let mappedGraph) = mapped.structure else { throw CancellationError() }
        #expect(mapped.isMapped && !mapped.isChecked && mapped.isIntact)
        #expect(mappedGraph.deletedCount == nil && graph.deletedCount != nil)
        #expect(mapped.header == settled.header && mapped.metric == settled.metric)
        #expect(mappedGraph.nodesPerLevel == graph.nodesPerLevel)
        for node in 0..<UInt32(graph.count) {
            #expect(mapped.label(node) == settled.label(node))
            for level in 0...graph.level(of: node) {
                #expect(mappedGraph.linkedNodes(of: node, level: level) == graph.linkedNodes(of: node, level: level))
            }
        }
        let again = try mapped.settled()
        #expect(!again.isMapped && again.deletedCount == graph.deletedCount && again.warnings == settled.warnings)
    }
}
