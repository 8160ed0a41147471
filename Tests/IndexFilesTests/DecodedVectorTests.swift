import Foundation
import Testing

@testable import IndexFiles

/// Decoded vectors must be what the library compares a query with: their distances are those of its answers.
@Suite("Decoded vectors")
struct DecodedVectorTests {
    /// What the library's own distances are off by, relative to the squared lengths involved.
    private static let tolerance = 3e-5
    /// Fast-scan tables have 8 bits, so that their distances are rough.
    private static let roughTolerance = 0.03

    @Test(arguments: FaissFileTests.names)
    func `distances to decoded vectors are the library's`(name: String) throws {
        let index = try IndexFile.open(path: Oracle.path(name + ".bin"))
        guard let vectors = index.vectors, index.count > 0 else { return }
        let compared = Compared(index)
        let sidecar = try Oracle.sidecar(name)
        let queries = try #require(sidecar["queries"] as? [[Double]])
        var nodes: [VectorLabel: UInt32] = [:]
        for node in 0..<UInt32(index.count) { nodes[index.label(node)] = node }
        var distancesSeen = 0
        let rows = try #require(sidecar["results"] as? [[String: Any]])
        for row in rows.filter({ !compared.needsTransform || $0["transformed_query"] is [Double] }).prefix(12) {
            let number = try #require(row["query"] as? Int)
            let query = compared.components(of: row["transformed_query"] as? [Double] ?? queries[number])
            let labels = try #require(row["labels"] as? [String])
            let distances = try #require(row["distances"] as? [Double])
            for (label, distance) in zip(labels, distances) where label != "-1" {
                let node = try #require(nodes[VectorLabel(label) ?? -1])
                let vector = compared.components(node)
                #expect(vector.count == query.count && (compared.isExact || vector.count == vectors.dimension))
                let (own, scale) = compared.distance(query, vector)
                let allowed = (compared.isRough ? Self.roughTolerance : Self.tolerance) * scale + 1e-6
                #expect(abs(own - distance) <= allowed, "label \(label): \(own) and \(distance)")
                distancesSeen += 1
            }
        }
        #expect(distancesSeen > 0)
    }

    /// What an index compares a query with in the end: its vectors, or those of the index that ranks again.
    private struct Compared {
        let index: IndexFile
        private let vectors: StoredVectors?
        /// Results were ranked by another index, whose nodes are the labels.
        private let isRanked: Bool
        private let refinement: (lists: IVFLists, refinement: IVFRefinement)?
        let isRough: Bool
        var isExact: Bool { refinement == nil }

        init(_ index: IndexFile) {
            self.index = index
            var vectors = index.vectors
            var isRanked = false
            for case .refine(let refine, _) in index.object.wrappers {
                vectors = refine.vectors
                isRanked = true
            }
            self.vectors = vectors
            self.isRanked = isRanked
            if case .ivf(let lists) = index.structure, let refinement = lists.refinement {
                self.refinement = (lists, refinement)
            } else {
                refinement = nil
            }
            if case .blocks? = index.vectors?.placement { isRough = true } else { isRough = false }
        }

        /// The query goes through more than a normalisation first.
        var needsTransform: Bool {
            index.object.wrappers.contains { wrapper in
                guard case .transforms(let chain) = wrapper else { return false }
                return chain.contains { if case .normalise = $0.operation { false } else { true } }
            }
        }

        /// The queries of binary indexes are bytes, those of others are components already. The corpus has the query
        /// behind linear transforms, but not behind a normalisation.
        func components(of query: [Double]) -> [Double] {
            for case .transforms(let chain) in index.object.wrappers {
                guard case .normalise? = chain.last?.operation else { continue }
                let length = query.reduce(0) { $0 + $1 * $1 }.squareRoot()
                return query.map { $0 / length }
            }
            guard index.object.metric == .hamming else { return query }
            return query.flatMap { byte in (0..<8).map { Double(UInt8(byte) >> UInt8($0) & 1) } }
        }

        func components(_ node: UInt32) -> [Double] {
            guard let vectors else { return [] }
            var decoded = [Float](repeating: 0, count: vectors.dimension)
            vectors.decode(isRanked ? UInt32(index.label(node)) : node, into: &decoded)
            if let (lists, refinement) = refinement {
                var rest = decoded
                let id = Int(lists.places.id(node))
                refinement.quantizer.decode(refinement.codes + id * refinement.quantizer.codeBytes, into: &rest)
                for place in decoded.indices { decoded[place] += rest[place] }
            }
            return decoded.map(Double.init)
        }

        /// The distance by the index's metric, and how large what went into it is.
        func distance(_ query: [Double], _ vector: [Double]) -> (Double, scale: Double) {
            let pairs = zip(query, vector)
            let lengths = pairs.reduce(0) { $0 + $1.0 * $1.0 + $1.1 * $1.1 }
            switch index.object.metric {
            case .l2: return (pairs.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }, lengths)
            case .innerProduct: return (pairs.reduce(0) { $0 + $1.0 * $1.1 }, lengths)
            case .l1: return (pairs.reduce(0) { $0 + abs($1.0 - $1.1) }, lengths)
            case .lp:
                let power = Double(index.object.metricArgument)
                return (pairs.reduce(0) { $0 + pow(abs($1.0 - $1.1), power) }, lengths)
            case .hamming: return (pairs.reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }, 0)
            default: return (.nan, 0)
            }
        }
    }
}
