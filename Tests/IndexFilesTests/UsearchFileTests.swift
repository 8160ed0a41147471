import Foundation
import Testing

@testable import IndexFiles

@Suite("usearch files")
struct UsearchFileTests {
    static let names = Oracle.names("usearch_", suffix: ".usearch")

    private func open(_ name: String) throws -> (IndexFile, UsearchGraph) {
        let index = try IndexFile.open(path: Oracle.path(name + ".usearch"))
        guard case .usearch(let graph) = index.structure else { throw CancellationError() }
        return (index, graph)
    }

    @Test func `the corpus is there`() { #expect(Self.names.count >= 20) }

    @Test(arguments: names)
    func `header, counts and levels are the library's`(name: String) throws {
        let (index, graph) = try open(name)
        let report = try Oracle.sidecar(name)
        let metrics = ["l2sq": Metric.l2, "ip": .innerProduct, "cos": .cosine]
        let metric = try #require(report["metric"] as? String)
        #expect(index.library == .usearch)
        #expect(index.metric == metrics[metric] ?? Metric(rawValue: metric))
        #expect(!index.metricIsGuessed)
        #expect(index.dimension == report["ndim"] as? Int)
        #expect(graph.deletedCount == report["deleted"] as? Int)
        #expect(graph.count - graph.deletedCount == report["len"] as? Int)
        #expect(graph.connectivity == report["connectivity"] as? Int)
        let levels = try #require(report["levels"] as? [[String: Int]])
        #expect(graph.nodesPerLevel == levels.map { $0["nodes"] })
        #expect(graph.linksPerLevel() == levels.map { $0["edges"] })
        #expect(graph.maxLevel == levels.count - 1)
        #expect(index.warnings.map(\.field) == (name == "usearch_nomatrix" ? ["matrix_rows"] : []))
    }

    @Test(arguments: names)
    func `every link leads to a node on its level`(name: String) throws {
        let (_, graph) = try open(name)
        for node in 0..<UInt32(graph.count) {
            for level in 0...graph.level(of: node) {
                let linked = graph.linkedNodes(of: node, level: level)
                #expect(linked.count == graph.links(of: node, level: level).count)
                #expect(linked.allSatisfy { graph.level(of: $0) >= level && $0 != node })
            }
        }
    }

    @Test(arguments: names)
    func `keys and vectors are the library's`(name: String) throws {
        let (index, graph) = try open(name)
        let report = try Oracle.sidecar(name)
        let vectors = try #require(report["vectors"] as? [String: [[Double]]])
        let isInt8 = report["dtype"] as? String == "i8"
        let scale: Float = isInt8 ? (name.contains("2_") ? 100 : 127) : 1
        var found: [String: [[Float]]] = [:]
        for node in 0..<UInt32(index.count) where !graph.isDeleted(node) {
            found[index.label(node).description, default: []].append(index.vectorComponents(node))
        }
        #expect(Set(found.keys) == Set(vectors.keys))
        guard index.vectors != nil else { return }
        for (key, rows) in vectors {
            let expected = rows.map { $0.map { Float($0) / scale } }
            #expect(Set(found[key] ?? []) == Set(expected), "key \(key)")
        }
    }

    @Test func `removed vectors keep their place and lose their key`() throws {
        let (index, graph) = try open("usearch_removed")
        let removed = (0..<UInt32(graph.count)).filter(graph.isDeleted)
        #expect(removed.count == 2)
        #expect(index.deletedCount == 2 && removed.allSatisfy(index.isDeleted))
        #expect(removed.allSatisfy { index.label($0) == VectorLabel(UInt64.max) })
        #expect(index.hasWideLabels)
        #expect(try open("usearch_keys64").0.hasWideLabels)
        #expect(try !open("usearch_l2sq_f32").0.hasWideLabels)
    }

    @Test(arguments: names)
    func `a mapped file shows the same as a settled one`(name: String) throws {
        let (settled, graph) = try open(name)
        let mapped = try IndexFile.openMapped(path: Oracle.path(name + ".usearch"))
        #expect(mapped.structure.graph?.linksPerLevel() == graph.linksPerLevel())
        #expect(mapped.header == settled.header)
        #expect((0..<UInt32(mapped.count)).allSatisfy { mapped.label($0) == settled.label($0) })
    }

    // MARK: Damage

    /// Where the head of `usearch_l2sq_f32` begins: behind 60 rows of 24 bytes.
    private static let head = 8 + 60 * 24
    private static let table = head + 104
    private static let nodes = table + 60 * 2

    static let damages: [ByteDamage] = [
        .init(0, UInt32(59), "begins with"),
        .init(head + 7, UInt16(3), "version at byte 1455: it is 3.26.6"),
        .init(head + 13, UInt8(0), "kind_metric at byte 1461: it is 0, which is none of usearch's"),
        .init(head + 14, UInt8(10), "vectors are stored as f64"),
        .init(head + 14, UInt8(12), "it is 24 bytes, and 6 components of float16 have 12"),
        .init(head + 14, UInt8(99), "kind_scalar at byte 1462: it is 99"),
        .init(head + 15, UInt8(3), "keys are uuid"),
        .init(head + 16, UInt8(14), "slots are u64"),
        .init(head + 17, UInt64(59), "59 vectors are present and 0 removed", isWarning: true),
        .init(head + 25, UInt64.max, "count_deleted: it is 18446744073709551615, and 0 nodes", isWarning: true),
        .init(head + 33, UInt64.max, "dimensions at byte 1481: it is 18446744073709551615"),
        .init(head + 33, UInt64(5), "5 components of float32 have 20"),
        .init(head + 41, UInt8(2), "multi at byte 1489: it is 2"),
        .init(head + 64, UInt64.max, "are more than 32-bit node numbers"),
        .init(head + 64, UInt64(1 << 31), "matrix_rows at byte 0: it is 60, and the graph's size is 2147483648"),
        .init(head + 72, UInt64(0), "connectivity at byte 1520: it is 0"),
        .init(head + 72, UInt64(9), "connectivity_base at byte 1528: it is 8, and connectivity (9) to 65536"),
        .init(head + 80, UInt64.max, "connectivity_base at byte 1528: it is 18446744073709551615"),
        .init(head + 80, UInt64(65536), "size at byte 1512: it says 60 nodes of at least 262160 bytes"),
        .init(head + 88, UInt64.max, "max_level at byte 1536: it is -1 with 60 vectors"),
        .init(head + 88, UInt64(0), "there are nodes up to level", isWarning: true),
        .init(head + 88, UInt64(30), "and max_level is 30"),
        .init(head + 96, UInt64(60), "entry_slot at byte 1544: it is 60 with 60 vectors"),
        .init(table, Int16(-1), "levels at byte 1552: node 0 is on level -1"),
        .init(table + 118, Int16.max, "node 59"),
        .init(nodes, UInt64(101), "key 101 stands on more than one node", isWarning: true),
        .init(nodes, UInt64.max, "it is 0, and 1 nodes have the key of removed vectors", isWarning: true),
        .init(nodes + 8, Int16(7), "its level is 7, and the table of levels has"),
        .init(nodes + 10, UInt32(9), "its list on level 0 has 9 links, and 8 is the most"),
        .init(nodes + 10, UInt32.max, "its list on level 0 has 4294967295 links"),
        .init(nodes + 14, UInt32(60), "its link 0 on level 0 leads to node 60, which does not exist (size 60)"),
        .init(nodes + 14, UInt32(0), "node 0 links to itself", isWarning: true),
        .init(8 + 24, Float.nan.bitPattern, "vector 1 holds NaN or infinity", isWarning: true),
    ]

    @Test(arguments: damages)
    func `a damaged field is named with its place and value`(damage: ByteDamage) throws {
        let bytes = damage.applied(to: try Oracle.bytes("usearch_l2sq_f32.usearch"))
        let (isRefused, text) = ByteDamage.verdict(bytes)
        #expect(isRefused != damage.isWarning, "\(text)")
        #expect(text.contains(damage.message), "\(text)")
    }

    @Test func `a link above the base layer must lead to a node on its layer`() throws {
        let (_, graph) = try open("usearch_l2sq_f32")
        let node = try #require((0..<UInt32(graph.count)).first { graph.level(of: $0) > 0 })
        let low = try #require((0..<UInt32(graph.count)).first { graph.level(of: $0) == 0 })
        let slot = graph.bytes.offset(of: graph.links(of: node, level: 1).slots)
        let bytes = ByteDamage(slot, low, "").applied(to: try Oracle.bytes("usearch_l2sq_f32.usearch"))
        #expect(
            ByteDamage.verdict(bytes).text.contains(
                "its link 0 on level 1 leads to node \(low), which is not on that level"))
    }

    @Test func `a metric of the user's own is read when the sidecar says which`() throws {
        let bytes = ByteDamage(Self.head + 13, UInt8(0), "").applied(to: try Oracle.bytes("usearch_l2sq_f32.usearch"))
        let index = try IndexFile.parse(bytes: bytes, path: "own", hints: .init(metric: .l1))
        #expect(index.metric == .l1 && index.metricReason == "told by the sidecar")
    }

    @Test func `bytes behind the last node are odd, as usearch ignores them`() throws {
        let index = try IndexFile.parse(bytes: Oracle.bytes("usearch_l2sq_f32.usearch") + [0, 0], path: "longer")
        #expect(index.warnings.map(\.message) == ["2 trailing bytes follow the last node; usearch ignores them"])
    }

    @Test(arguments: ["usearch_removed", "usearch_u40", "usearch_nomatrix", "usearch_wide", "usearch_empty"])
    func `every truncation is refused`(name: String) throws {
        let sound = try Oracle.bytes(name + ".usearch")
        for length in 0..<sound.count {
            #expect(throws: IndexFileError.self) { try IndexFile.parse(bytes: Array(sound[..<length]), path: "cut") }
        }
    }

    @Test(arguments: ["usearch_removed", "usearch_u40", "usearch_nomatrix", "usearch_hamming_b1", "usearch_deep"])
    func `no flipped bit traps`(name: String) throws {
        let sound = try Oracle.bytes(name + ".usearch")
        for flip in BitFlips(count: 2000, in: sound.count, headers: UsearchFileTests.headerRange(sound)) {
            guard let index = try? IndexFile.parse(bytes: flip.applied(to: sound), path: "flipped") else { continue }
            guard let graph = index.structure.graph else { continue }
            _ = graph.linksPerLevel()
            for node in 0..<UInt32(index.count) {
                _ = index.label(node)
                _ = index.vectorComponents(node)
            }
        }
    }

    /// The head and the graph's header, wherever they are.
    private static func headerRange(_ bytes: [UInt8]) -> Range<Int> {
        let start = bytes.firstRange(of: Array("usearch".utf8))?.lowerBound ?? 0
        return start..<min(bytes.count, start + 110)
    }
}
