import Foundation
import IndexFiles
import Testing

@testable import VectorSearch

@Suite("Distances between stored vectors")
struct ExactDistancesTests {
    @Test(
        "they are those of a scan for the vector",
        arguments: [
            "hnswlib_l2_gauss.bin", "hnswlib_ip_gauss.bin", "faiss_flat_ip.bin", "faiss_flat_l1.bin",
            "faiss_ivf_pq.bin",
            "faiss_ivf_sq8_ip.bin", "faiss_hnsw_pq.bin", "faiss_opq_ivf_pq.bin", "faiss_binary_flat.bin",
            "faiss_ivf_pqr.bin", "usearch_cos_f16.usearch",
        ])
    func scanned(name: String) throws {
        let path = Oracle.folder.appending(path: name).path
        let index = try IndexFile.open(path: path, hints: .init(metric: name.contains("_ip") ? .innerProduct : nil))
        let exact = try ExactNeighbours(index)
        let nodes = (0..<UInt32(index.count)).filter { !index.isDeleted($0) }
        for from in [nodes[0], nodes[nodes.count / 2]] {
            let vector = try #require(index.comparedVector(from))
            #expect(vector.components.count == exact.dimension && vector.isExact == !exact.isOverDecodedVectors)
            let hits = try #require(try exact.nearestByFloatScan(to: vector.components, k: 20))
            let distances = try #require(exact.distances(from: from, to: hits.map(\.node)))
            #expect(distances == hits.map(\.distance), "\(name), from \(from)")
            #expect(hits.count == 20)
        }
        #expect(exact.distances(from: nodes[0], to: []) == [])
        let off = Cancellation()
        off.cancel()
        #expect(exact.distances(from: nodes[0], to: nodes, cancellation: off) == nil)
    }

    @Test func `an index that ranks again is measured by its finer vectors`() throws {
        let index = try IndexFile.open(path: Oracle.folder.appending(path: "faiss_refine_flat.bin").path)
        #expect(index.vectors?.areExact == false)
        for node in 0..<UInt32(index.count) { #expect(index.comparedVector(node)?.isExact == true) }
        let exact = try ExactNeighbours(index)
        #expect(exact.distances(from: 5, to: [5]) == [0])
    }
}
