import Foundation
import IndexFiles
import Testing
import VectorSearch
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Filters")
struct FilterMakerTests {
    private static let oracle = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Oracle")

    private func open(_ name: String) throws -> IndexFile {
        try IndexFile.open(path: Self.oracle.appending(path: name).path)
    }

    private func maker(_ index: IndexFile, _ csv: String = "") -> FilterMaker {
        FilterMaker(index: index, items: ItemTable(csv: csv), labels: LabelTable(index))
    }

    private func allowed(_ maker: FilterMaker, _ filter: SearchFilter) throws -> [UInt32] {
        let made = maker.make(try maker.plan(filter))
        let nodes = (0..<UInt32(made.nodes.count)).filter { made.nodes.allows($0) }
        #expect(nodes.count == made.nodes.allowedCount)
        return nodes
    }

    @Test("a condition allows the nodes of the items for which it holds")
    func conditions() throws {
        // Nodes are labels here; 3 has an empty field, 4 a short row, and from 5 on there is none.
        let index = try open("faiss_flat_l2.bin")
        let maker = maker(index, "id,kind,year\n0,dog,1999\n1,Dog,2000\n2,cat,20000\n3,,abc\n4,cat\n")
        let all = (0..<UInt32(index.count)).map { $0 }
        for (condition, nodes) in [
            ("kind = 'dog'", [0]), ("kind != 'dog'", [1, 2, 4]), ("not kind = 'dog'", [1, 2, 4]),
            ("kind contains 'DO'", [0, 1]), ("kind not contains 'do'", [2, 4]), ("kind in ('cat', 'Dog')", [1, 2, 4]),
            ("kind is missing and label < 6", [3, 5]), ("kind is present", [0, 1, 2, 4]),
            ("year >= 2000", [1, 2, 3]), ("year > 2000", [2, 3]), ("year < '2000.5'", [0, 1]), ("year = 2e3", [1]),
            ("year = 1999 or year is missing and label <= 5", [0, 4, 5]), ("id = 3", [3]),
            ("label in (1, 7, 2.0)", [1, 2, 7]),
            ("kind = 'x'", []), ("kind = ''", []), ("label = 1.5", []), ("label contains '9' and label < 20", [9, 19]),
            ("label >= 0", all), ("kind = 'dog' or kind is missing or kind is present", all),
        ] as [(String, [UInt32])] {
            #expect(try allowed(maker, SearchFilter(condition: condition)) == nodes, "\(condition)")
        }
    }

    @Test(
        "labels are allowed and denied, all nodes of one label and unknown ones too",
        arguments: [false, true])
    func labels(isPrepared: Bool) throws {
        for name in [
            "usearch_multi.usearch", "faiss_idmap_ivf.bin", "faiss_flat_l2.bin", "corrupt/hnswlib_dup_label.bin",
        ] {
            let index = try open(name)
            let maker = FilterMaker(
                index: index, items: .empty, labels: isPrepared ? LabelTable(index) : LabelTable(scanning: index))
            let labels = (0..<UInt32(index.count)).map { index.label($0) }
            let listed = Array(Set(labels.prefix(20))) + [labels[0], -77, 1 << 100]
            let inList = (0..<UInt32(index.count)).filter { listed.contains(labels[Int($0)]) }
            let rest = (0..<UInt32(index.count)).filter { !listed.contains(labels[Int($0)]) }
            #expect(try allowed(maker, SearchFilter(allow: listed)) == inList)
            #expect(try allowed(maker, SearchFilter(deny: listed)) == rest)
            #expect(
                try allowed(maker, SearchFilter(allow: listed, deny: [labels[0]]))
                    == inList.filter { labels[Int($0)] != labels[0] })
            #expect(try allowed(maker, SearchFilter(allow: [])).isEmpty)
            #expect(try allowed(maker, SearchFilter(deny: [])).count == index.count)
            #expect(try allowed(maker, SearchFilter(deny: labels)).isEmpty)
            #expect(maker.make(try maker.plan(SearchFilter(deny: listed))).unknownLabels == 2)
            #expect(
                try allowed(maker, SearchFilter(allow: listed, condition: "label != \(labels[0])"))
                    == inList.filter { labels[Int($0)] != labels[0] })
        }
        let multi = try open("usearch_multi.usearch")
        #expect(Set((0..<UInt32(multi.count)).map { multi.label($0) }).count < multi.count)
    }

    @Test("labels beyond 53 bits are told apart")
    func wideLabels() throws {
        let index = try open("hnswlib_labels64.bin")
        let maker = maker(index)
        for node in 0..<UInt32(index.count) {
            let label = index.label(node)
            #expect(try allowed(maker, SearchFilter(condition: "label = \(label)")) == [node])
            #expect(try allowed(maker, SearchFilter(condition: "label in (\(label), '\(label)')")) == [node])
        }
    }

    @Test("what is asked again is not made again, in whatever spelling; the longest unused goes first")
    func kept() throws {
        let maker = maker(try open("faiss_flat_l2.bin"), "id,kind\n0,dog\n")
        func make(_ condition: String) throws -> NodeFilter {
            maker.make(try maker.plan(SearchFilter(condition: condition))).nodes
        }
        let first = try make("kind = 'dog'")
        for number in 1..<FilterMaker.maxKeptFilters { _ = try make("label = \(number)") }
        #expect(try make("  kind=\"dog\"") === first)
        _ = try make("label = 100")
        #expect(try make("kind = 'dog'") === first)
        for number in 1...FilterMaker.maxKeptFilters { _ = try make("label = \(number)") }
        #expect(try make("kind = 'dog'") !== first)
    }

    @Test("many threads may ask at once")
    func threads() async throws {
        let index = try open("faiss_flat_l2.bin")
        let maker = maker(index, "id,kind,year\n" + (0..<100).map { "\($0),k\($0 % 7),\($0 % 13)\n" }.joined())
        let wanted = try (0..<40).map { number in
            try PredicateParser.parse(
                "kind = 'k\(number % 9)' or year = \(number)", columns: ["id", "kind", "year"], maxBytes: 99
            )
            .spelling
        }
        await withTaskGroup(of: [Int].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    wanted.map { condition in
                        (try? maker.plan(SearchFilter(condition: condition))).map { maker.make($0).nodes.allowedCount }
                            ?? -1
                    }
                }
            }
            let expected = wanted.indices.map { number in
                (0..<100).count { "k\($0 % 7)" == "k\(number % 9)" || $0 % 13 == number }
            }
            for await counts in group { #expect(counts == expected) }
        }
    }

    @Test("made-up conditions hold for the same nodes as row by row")
    func madeUp() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = Lehmer(state: seed | 1)
        let index = try open("faiss_idmap_ivf.bin")
        let columns = ["a", "b", "c"]
        var rows: [VectorLabel: [String: String]] = [:]
        var csv = "label,a,b,c\n"
        for node in 0..<UInt32(index.count) where Int.random(in: 0..<10, using: &random) > 0 {
            let label = index.label(node)
            var fields = ["\(label)"]
            for column in columns {
                let value =
                    Int.random(in: 0..<5, using: &random) == 0
                    ? "" : RandomCondition.values.randomElement(using: &random) ?? ""
                fields.append("\"\(value)\"")
                if !value.isEmpty { rows[label, default: [:]][column] = value }
            }
            csv += fields.joined(separator: ",") + "\n"
        }
        let maker = maker(index, csv)
        var counts: Set<Int> = []
        for _ in 0..<300 {
            let condition = RandomCondition(columns: columns + ["label"], depth: 4, using: &random)
            let text = condition.text
            guard text.utf8.count <= 4096 else { continue }
            let expected = (0..<UInt32(index.count)).filter { node in
                let label = index.label(node)
                return condition.holds { $0 == "label" ? "\(label)" : rows[label]?[$0] } == true
            }
            #expect(try allowed(maker, SearchFilter(condition: text)) == expected, "seed \(seed): \(text)")
            counts.insert(expected.count)
        }
        #expect(counts.count > 20)
    }

    @Test("columns with few values are listed with them")
    func distinct() {
        let table = ItemTable(csv: "id,kind\n1,b\n2,a\n3,\n4,a\n5\n")
        #expect(table.distinctValues(ofColumn: 1, atMost: 2) == ["a", "b"])
        #expect(table.distinctValues(ofColumn: 1, atMost: 1) == nil)
        #expect(table.distinctValues(ofColumn: 0, atMost: 4) == nil)
    }
}

/// Random numbers that come again with their seed.
private struct Lehmer: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
    }
}
