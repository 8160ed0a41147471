import Foundation
import IndexFiles
import Testing

@testable import VectorSearch

@Suite("Exact neighbours")
struct ExactNeighboursTests {
    static let seed = UInt64.random(in: 0..<1 << 32)

    /// By codes, however few the vectors are.
    private func coded(_ index: IndexFile) throws -> ExactNeighbours {
        let exact = try #require(try ExactNeighbours.prepare(index, codedCount: 1))
        #expect(exact.codeBytes > 0)
        return exact
    }

    private struct Measured {
        let label: VectorLabel
        let node: UInt32
        let distance: Double
        /// What rounding to floats may change.
        let slack: Double
    }

    /// The vector of a node; that of the finer index where results are ranked again.
    private func compared(_ index: IndexFile, _ node: UInt32) -> [Float] {
        for case .refine(let finer, _) in index.object.wrappers {
            var row = [Float](repeating: 0, count: finer.dimension)
            finer.vectors?.decode(UInt32(index.label(node)), into: &row)
            return row
        }
        return index.vectorComponents(node)
    }

    /// Distances in double precision, in the library's convention, of all that may be results.
    private func truth(
        _ index: IndexFile, _ query: [Float], _ isAllowed: (UInt32) -> Bool = { _ in true }
    ) -> [Measured] {
        let query = query.map(Double.init)
        let length = query.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return (0..<UInt32(index.vectors?.count ?? 0)).filter { !index.isDeleted($0) && isAllowed($0) }.map { node in
            let row = compared(index, node).map(Double.init)
            let rowLength = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let dot = zip(row, query).reduce(0) { $0 + $1.0 * $1.1 }
            let rounding = Double(row.count + 16) * 0x1p-23
            let squared = zip(row, query).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            let cosine = dot / (length * rowLength)
            let noAngle = length == 0 || rowLength == 0
            let distance: Double
            var slack = rounding * max(1, length * rowLength)
            switch index.metric {
            case .l2: (distance, slack) = (squared, rounding * squared)
            case .euclidean: (distance, slack) = (squared.squareRoot(), rounding * squared.squareRoot())
            case .innerProduct where index.library == .faiss, .dot: distance = dot
            case .innerProduct: distance = 1 - dot
            case .cosine where index.library == .usearch:
                distance = noAngle ? (length == rowLength ? 0 : 1) : 1 - cosine
            case .cosine: (distance, slack) = (1 - dot / length, rounding * max(1, rowLength))
            case .angular:
                distance = noAngle ? 2.0.squareRoot() : max(0, 2 - 2 * cosine).squareRoot()
                slack = 1e-3
            case .l1:
                distance = zip(row, query).reduce(0) { $0 + abs($1.0 - $1.1) }
            case .linf: distance = zip(row, query).reduce(0) { max($0, abs($1.0 - $1.1)) }
            case .lp:
                let power = Double(index.object.metricArgument)
                distance = zip(row, query).reduce(0) { $0 + pow(abs($1.0 - $1.1), power) }
            default: distance = zip(row, query).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
            }
            return Measured(label: index.label(node), node: node, distance: distance, slack: slack)
        }
    }

    /// The hits are the nearest, but for neighbours so close to each other that floats can't tell them apart.
    private func expectNearest(_ exact: ExactNeighbours, _ query: [Float], ks: [Int], filter: NodeFilter? = nil) throws
    {
        let index = exact.index
        let larger = index.largerIsNearer || index.metric == .dot
        let all = truth(index, query) { filter?.allows($0) != false }
            .filter { abs($0.distance) + $0.slack < Double(Float.greatestFiniteMagnitude) }
            .sorted { larger ? $0.distance > $1.distance : $0.distance < $1.distance }
        let byNode = Dictionary(uniqueKeysWithValues: all.map { ($0.node, $0) })
        for k in ks {
            let hits = try #require(try exact.nearest(to: query, k: k, filter: filter))
            #expect(hits.count == min(k, all.count))
            #expect(Set(hits.map(\.node)).count == hits.count)
            for (hit, best) in zip(hits, all) {
                let own = try #require(byNode[hit.node], "node \(hit.node) may not be a result")
                let rounding = abs(own.distance) * 1e-6
                guard hit.label == own.label, abs(Double(hit.distance) - own.distance) <= own.slack + rounding,
                    abs(own.distance - best.distance) <= 2 * (own.slack + best.slack) + rounding
                else {
                    Issue.record("\(hit) where \(best) is expected; its own distance is \(own.distance)")
                    continue
                }
            }
        }
    }

    @Test(arguments: MadeVectors.Kind.allCases)
    func `codes find what a scan of all floats finds`(kind: MadeVectors.Kind) throws {
        var chance = Chance(seed: Self.seed)
        var dimensions = [1, 128] + (0..<5).map { _ in 2 + chance.below(69) }
        if kind == .gaussian || kind == .outliers { dimensions.append(960) }
        for dimension in dimensions {
            let seed = Self.seed &+ UInt64(dimension)
            let made = MadeVectors(kind, count: 203, dimension: dimension, seed: seed)
            for index in [
                try made.faissFlat(.l2), try made.faissFlat(.innerProduct), try made.hnswlibBruteForce(.l2),
                try made.hnswlibBruteForce(.innerProduct), try made.hnswlibBruteForce(.cosine),
            ] {
                let exact = try coded(index)
                for query in made.queries {
                    for k in [1, 10, made.rows.count + 5] {
                        let hits = try exact.nearest(to: query, k: k)
                        #expect(
                            hits == (try exact.nearestByFloatScan(to: query, k: k)),
                            "\(kind), \(index.library) \(index.metric), dimension \(dimension), k \(k), seed \(seed)")
                    }
                }
            }
        }
    }

    @Test(arguments: MadeVectors.Kind.allCases.filter { $0 != .notFinite && $0 != .manyScales })
    func `they are the nearest in double precision`(kind: MadeVectors.Kind) throws {
        for dimension in [1, 2, 17, 64, 100] {
            let made = MadeVectors(kind, count: 300, dimension: dimension, seed: Self.seed)
            for index in [
                try made.faissFlat(.l2), try made.faissFlat(.innerProduct), try made.hnswlibBruteForce(.innerProduct),
            ] {
                let exact = try coded(index)
                for query in made.queries { try expectNearest(exact, query, ks: [1, 20, 600]) }
            }
        }
    }

    /// Integers have no rounding: every tie is one.
    @Test func `ties fall as in the libraries`() throws {
        for dimension in [2, 8, 32] {
            let made = MadeVectors(.integers, count: 1000, dimension: dimension, seed: Self.seed)
            for query in made.queries.prefix(3).map({ $0.map { $0.rounded() } }) {
                for k in [1, 2, 10, 99] {
                    let flat = try made.faissFlat(.l2)
                    let near = truth(flat, query).sorted { ($0.distance, $0.label) < ($1.distance, $1.label) }
                    #expect(try coded(flat).nearest(to: query, k: k)?.map(\.label) == near.prefix(k).map(\.label))

                    let brute = try made.hnswlibBruteForce(.innerProduct)
                    let least = truth(brute, query).sorted { ($0.distance, $0.label) < ($1.distance, $1.label) }
                    #expect(try coded(brute).nearest(to: query, k: k)?.map(\.label) == least.prefix(k).map(\.label))

                    let products = try made.faissFlat(.innerProduct)
                    #expect(
                        try coded(products).nearest(to: query, k: k)?.map(\.label)
                            == heap(truth(products, query).map(\.distance), k))
                }
            }
        }
    }

    /// Faiss's heap for inner products: among equal ones the first stay out once it is full, and the least id leaves first.
    private func heap(_ values: [Double], _ k: Int) -> [VectorLabel] {
        var kept: [Int] = []
        for (id, value) in values.enumerated() {
            if kept.count < k {
                kept.append(id)
            } else if let worst = kept.min(by: { (values[$0], $0) < (values[$1], $1) }), value > values[worst] {
                kept.removeAll { $0 == worst }
                kept.append(id)
            }
        }
        return kept.sorted { (values[$1], $1) < (values[$0], $0) }.map { VectorLabel($0) }
    }

    static let oracleNames: [String] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: Oracle.folder.path)) ?? []
        return files.filter { [".bin", ".usearch", ".ann"].contains("." + ($0.split(separator: ".").last ?? "")) }
            .sorted()
    }()

    private func open(_ name: String) throws -> IndexFile {
        let path = Oracle.folder.appending(path: name)
        let report = path.deletingPathExtension().appendingPathExtension("json")
        let text = (try? String(contentsOf: report, encoding: .utf8)) ?? "{}"
        let json =
            try JSONSerialization.jsonObject(with: Data(text.replacingOccurrences(of: "NaN", with: "null").utf8))
            as? [String: Any]
        let meta = json?["meta"] as? [String: Any] ?? json ?? [:]
        let metric = (meta["metric"] as? String).flatMap(Metric.init(named:))
        return try IndexFile.open(
            path: path.path, hints: .init(metric: metric, dimension: (meta["dim"] ?? meta["f"]) as? Int))
    }

    @Test(arguments: oracleNames)
    func `in every file the nearest are found, or it is said why not`(name: String) throws {
        let index = try open(name)
        guard ExactNeighbours.obstacle(index) == nil else {
            let error = #expect(throws: SearchError.self) { try ExactNeighbours.prepare(index) }
            #expect(error?.code == .notSearchable && error?.message == ExactNeighbours.obstacle(index))
            return
        }
        let plain = try ExactNeighbours(index)
        let exact = try #require(try ExactNeighbours.prepare(index, codedCount: 1))
        #expect(plain.codeBytes == 0)
        let vectors = try #require(index.vectors)
        let isRefined = index.object.wrappers.contains { if case .refine = $0 { true } else { false } }
        // Both files that refine keep the vectors as they were added.
        #expect(exact.isOverDecodedVectors == (!vectors.areExact && !isRefined))
        var chance = Chance(seed: Self.seed)
        for _ in 0..<2 {
            var query = [Float](repeating: 1, count: exact.dimension)
            if vectors.count > 0 { query = index.vectorComponents(UInt32(chance.below(vectors.count))) }
            if index.metric != .hamming { query = query.map { $0 + chance.gaussian() * 0.1 } }
            #expect(try exact.nearest(to: query, k: 10) == (try plain.nearest(to: query, k: 10)))
            try expectNearest(exact, query, ks: [1, 10, vectors.count + 1])
        }
    }

    @Test(arguments: ["faiss_flat_l2", "faiss_flat_ip", "faiss_idmap_flat", "faiss_flat_l1", "faiss_flat_lp3"])
    func `they are what Faiss Flat answered`(name: String) throws {
        let oracle = try Oracle(name)
        let exact = try #require(try ExactNeighbours.prepare(oracle.index, codedCount: 1))
        #expect(oracle.rows.count >= 10)
        for row in oracle.rows {
            let query = oracle.queries[try #require(row["query"] as? Int)]
            let k = try #require(row["k"] as? Int)
            let hits = try #require(try exact.nearest(to: query, k: k))
            #expect(hits.map { "\($0.label)" } == (row["labels"] as? [String])?.filter { $0 != "-1" })
            for (hit, distance) in zip(hits, try #require(row["distances"] as? [Double])) {
                #expect(oracle.isClose(hit.distance, Float(distance), query: query, node: hit.node))
            }
        }
    }

    @Test func `neither what is filtered nor what is deleted is found`() throws {
        let made = MadeVectors(.gaussian, count: 1000, dimension: 20, seed: Self.seed)
        let index = try made.faissFlat(.l2)
        let exact = try coded(index)
        // Many, few, one and none.
        for step in [2, 100, 1000, 1001] {
            let filter = NodeFilter(count: 1000) { ($0 + 1) % UInt32(step) == 0 }
            for query in made.queries { try expectNearest(exact, query, ks: [10], filter: filter) }
        }
        let marked = try open("hnswlib_deleted.bin")
        #expect(try #require(marked.deletedCount) > 0)
        let hits = try #require(
            try coded(marked).nearest(to: marked.vectorComponents(0), k: marked.count))
        #expect(hits.count == marked.count - (marked.deletedCount ?? 0))
        #expect(!hits.contains { marked.isDeleted($0.node) })
    }

    @Test func `a search that is called off returns nothing, and so does preparation`() throws {
        let made = MadeVectors(.gaussian, count: 2000, dimension: 8, seed: Self.seed)
        let index = try made.faissFlat(.l2)
        let exact = try coded(index)
        let cancellation = Cancellation()
        #expect(try exact.nearest(to: made.queries[0], k: 5, cancellation: cancellation)?.count == 5)
        cancellation.cancel()
        #expect(try exact.nearest(to: made.queries[0], k: 5, cancellation: cancellation) == nil)
        #expect(try exact.nearestByFloatScan(to: made.queries[0], k: 5, cancellation: cancellation) == nil)
        var done: [Int] = []
        let prepared = try ExactNeighbours.prepare(
            index, codedCount: 1, isCancelled: { done.count == 3 }, progress: { done.append($0 * 1000 / $1) })
        #expect(prepared == nil && done == [128, 256, 384])
    }

    @Test func `threads may ask at once`() async throws {
        let made = MadeVectors(.gaussian, count: 2000, dimension: 16, seed: Self.seed)
        let exact = try coded(try made.faissFlat(.l2))
        let alone = try made.queries.map { try exact.nearest(to: $0, k: 20) }
        try await withThrowingTaskGroup(of: [[SearchHit]?].self) { group in
            for _ in 0..<8 { group.addTask { try made.queries.map { try exact.nearest(to: $0, k: 20) } } }
            for try await answers in group { #expect(answers == alone) }
        }
    }

    @Test func `what does not fit is refused by name`() throws {
        let made = MadeVectors(.gaussian, count: 50, dimension: 4, seed: Self.seed)
        let exact = try ExactNeighbours(try made.faissFlat(.l2))
        func code(_ query: [Float], k: Int = 3, filter: NodeFilter? = nil) -> SearchError.Code? {
            #expect(throws: SearchError.self) { try exact.nearest(to: query, k: k, filter: filter) }?.code
        }
        #expect(code([1, 2, 3]) == .wrongDimension)
        #expect(code([1, 2, 3, .nan]) == .notFinite)
        #expect(code([1, 2, 3, 4], k: 0) == .invalidParameter)
        #expect(code([1, 2, 3, 4], filter: NodeFilter(count: 49) { _ in true }) == .invalidParameter)
        #expect(ExactNeighbours.preparedBytes(exact.index) == 0)
    }
}
