import Foundation
import Testing

@testable import IndexFiles

@Suite("Annoy files")
struct AnnoyFileTests {
    static let names = Oracle.names("annoy_", suffix: ".ann")

    /// What a sidecar would say.
    private func hints(_ name: String) throws -> IndexFileHints {
        let report = try Oracle.sidecar(name)
        let metric = try #require(report["metric"] as? String)
        return .init(metric: metric == "manhattan" ? .l1 : Metric(rawValue: metric), dimension: report["f"] as? Int)
    }

    private func open(_ name: String) throws -> (IndexFile, AnnoyForest) {
        let index = try IndexFile.open(path: Oracle.path(name + ".ann"), hints: hints(name))
        guard case .forest(let forest) = index.structure else { throw CancellationError() }
        return (index, forest)
    }

    @Test func `the corpus is there`() { #expect(Self.names.count >= 10) }

    @Test(arguments: names)
    func `items, trees and vectors are the library's`(name: String) throws {
        let (index, forest) = try open(name)
        let report = try Oracle.sidecar(name)
        let items = try #require(report["items"] as? [Int])
        #expect(index.library == .annoy)
        #expect(index.metric == (try hints(name)).metric && index.metricReason == "told by the sidecar")
        #expect(index.count == report["n_items"] as? Int)
        #expect(forest.roots.count == report["n_trees"] as? Int)
        #expect(forest.absentCount == forest.count - items.count)
        #expect(index.deletedCount == forest.absentCount)
        #expect(index.warnings.isEmpty == (forest.absentCount == 0))
        for (item, vector) in try #require(report["vectors"] as? [[Double]]).enumerated() {
            #expect(index.vectorComponents(UInt32(item)) == vector.map { Float($0) })
            #expect(index.label(UInt32(item)) == VectorLabel(item))
            #expect((forest.kind(of: UInt32(item)) == .item) == items.contains(item))
        }
    }

    @Test(arguments: names)
    func `every tree reaches every item that was added`(name: String) throws {
        let (_, forest) = try open(name)
        let added = (0..<UInt32(forest.count)).filter { forest.kind(of: $0) == .item }
        for root in forest.roots {
            var reached: [UInt32] = []
            forest.forEachNode(ofTree: root) { node, depth in
                switch forest.kind(of: node) {
                case .item: reached.append(node)
                case .absentItem: break
                case .bucket: forest.forEachItem(inBucket: node) { reached.append($0) }
                case .split:
                    var children = 0
                    forest.forEachChild(of: node) { _ in children += 1 }
                    #expect(children == 2)
                }
            }
            // A root with absent items has room for more ids than there are items, and the rest is 0.
            #expect(Set(reached).intersection(added) == Set(added))
            #expect(forest.absentCount != 0 || reached.count == added.count)
        }
    }

    @Test func `a tree is as deep as its buckets`() throws {
        #expect(try open("annoy_two_items").1.roots.map(open("annoy_two_items").1.depth) == [0, 0, 0, 0, 0])
        #expect(try open("annoy_two_items").1.treeCount == 3)
        let (_, forest) = try open("annoy_euclidean")
        #expect(forest.treeCount == 3)
        #expect(forest.roots.allSatisfy { (4...12).contains(forest.depth(ofTree: $0)) })
    }

    @Test func `items that were never added are counted`() throws {
        let (index, forest) = try open("annoy_holes")
        #expect(forest.absentCount == 40)
        #expect(
            index.warnings.map(\.message) == [
                "40 of 80 items, item 0 the first, were never added: their vectors are zeros"
            ])
    }

    @Test(arguments: names)
    func `a mapped file shows the same as a settled one`(name: String) throws {
        let (settled, forest) = try open(name)
        let mapped = try IndexFile.openMapped(path: Oracle.path(name + ".ann"), hints: hints(name))
        guard case .forest(let other) = mapped.structure else { throw CancellationError() }
        #expect(other.roots == forest.roots && other.count == forest.count && other.absentCount == nil)
        #expect(mapped.header == settled.header)
    }

    // MARK: What the sidecar says

    @Test(arguments: [
        (
            Metric.euclidean, 6,
            "no whole number of nodes of 40 bytes. The sidecar says euclidean, dimension 6; it would fit euclidean, dimension 5"
        ),
        (.angular, 6, "it would fit euclidean, dimension 5"), (.l1, 6, "it would fit l1 (manhattan), dimension 5"),
        (.hamming, 5, "it would fit"), (.euclidean, 0, "a dimension from 1 to 65536"),
        (.euclidean, .max, "a dimension from 1 to 65536"), (.euclidean, -1, "a dimension from 1 to 65536"),
    ])
    func `a wrong hint is answered by what would fit`(metric: Metric, dimension: Int, message: String) throws {
        let bytes = try Oracle.bytes("annoy_euclidean.ann")
        let (isRefused, text) = ByteDamage.verdict(bytes, hints: .init(metric: metric, dimension: dimension))
        #expect(isRefused)
        #expect(text.contains(message), "\(text)")
    }

    @Test func `without a hint the file is unknown, and the message says what to do`() throws {
        let bytes = try Oracle.bytes("annoy_euclidean.ann")
        let error = #expect(throws: IndexFileError.self) { try IndexFile.parse(bytes: bytes, path: "x") }
        #expect(error?.code == .unrecognised && error?.message.contains("Annoy") == true)
        #expect(throws: IndexFileError.self) {
            try IndexFile.parse(bytes: bytes, path: "x", hints: .init(metric: .l2, dimension: 5))
        }
    }

    @Test func `noise is no Annoy index, whatever the hint`() {
        let noise = (0..<3600).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 / 7) }
        let (isRefused, text) = ByteDamage.verdict(noise, hints: .init(metric: .euclidean, dimension: 5))
        #expect(isRefused && text.contains("no metric and dimension fit"), "\(text)")
    }

    // MARK: Damage

    /// Nodes of `annoy_euclidean`, 36 bytes each: 60 items, 69 of three trees, 3 copies of the roots.
    private static func node(_ number: Int) -> Int { number * 36 }

    static let damages: [ByteDamage] = [
        .init(node(0), Int32(2), "node 0 at byte 0: n_descendants of the item is 2"),
        .init(node(0), Int32(-1), "n_descendants of the item is -1"),
        .init(node(0), Int32(0), "1 of 60 items, item 0 the first, were never added", isWarning: true),
        .init(node(3) + 16, Float.infinity.bitPattern, "vector 3 holds NaN or infinity", isWarning: true),
        .init(node(131), Int32(132), "n_descendants of the last root is 132, and there are 132 nodes"),
        .init(node(131), Int32(-1), "n_descendants of the last root is -1"),
        .init(node(131), Int32(59), "(1 nodes at the end have n_descendants 59): it was cut short"),
        .init(node(131) + 8, Int32(131), "its child 0 is node 131, and children stand before their parents"),
        .init(node(131) + 12, Int32(500), "its child 1 is node 500, and there are 132 nodes"),
        .init(node(131) + 12, Int32(-1), "its child 1 is node -1"),
        .init(node(131) + 8, Int32(5), "does not end with copies of the roots"),
        .init(node(130) + 8, Int32(5), "the tree under node 130 reaches", isWarning: true),
    ]

    @Test(arguments: damages)
    func `a damaged node is named with its place and value`(damage: ByteDamage) throws {
        let bytes = damage.applied(to: try Oracle.bytes("annoy_euclidean.ann"))
        let (isRefused, text) = ByteDamage.verdict(bytes, hints: .init(metric: .euclidean, dimension: 5))
        #expect(isRefused != damage.isWarning, "\(text)")
        #expect(text.contains(damage.message), "\(text)")
    }

    @Test func `ids in a bucket are items, and a node stands in one tree`() throws {
        let (_, forest) = try open("annoy_euclidean")
        let sound = try Oracle.bytes("annoy_euclidean.ann")
        let hints = try hints("annoy_euclidean")
        let bucket = try #require(
            (UInt32(60)..<132).first { if case .bucket(let size) = forest.kind(of: $0) { size > 2 } else { false } })
        let tooLarge = ByteDamage(Self.node(Int(bucket)) + 8, Int32(60), "").applied(to: sound)
        #expect(ByteDamage.verdict(tooLarge, hints: hints).text.contains("in it is 60, and there are 60 items"))

        let parent = try #require(
            (UInt32(60)..<129).first { node in
                guard forest.kind(of: node) == .split else { return false }
                var children: [UInt32] = []
                forest.forEachChild(of: node) { children.append($0) }
                return children[1] != bucket && children[0] != bucket && node > bucket
                    && forest.descendants(of: node) < 60
            })
        let shared = ByteDamage(Self.node(Int(parent)) + 8, Int32(bucket), "").applied(to: sound)
        let (isRefused, text) = ByteDamage.verdict(shared, hints: hints)
        #expect(!isRefused)
        #expect(text.contains("node \(bucket) is a child of more than one node"), "\(text)")
        #expect(text.contains("n_descendants of node \(parent) is"), "\(text)")
    }

    @Test func `a hamming tree splits by a bit that there is`() throws {
        let (_, forest) = try open("annoy_hamming")
        let split = try #require((60..<UInt32(forest.nodeCount)).first { forest.kind(of: $0) == .split })
        let bytes = ByteDamage(Int(split) * 32 + 16, UInt64(128), "").applied(to: try Oracle.bytes("annoy_hamming.ann"))
        let text = ByteDamage.verdict(bytes, hints: try hints("annoy_hamming")).text
        #expect(text.contains("it splits by bit 128, and a vector has 128 bits"), "\(text)")
    }

    @Test func `every truncation is refused`() throws {
        let sound = try Oracle.bytes("annoy_euclidean.ann")
        let hints = try hints("annoy_euclidean")
        for length in 0..<sound.count {
            #expect(throws: IndexFileError.self, "\(length) of \(sound.count)") {
                try IndexFile.parse(bytes: Array(sound[..<length]), path: "cut", hints: hints)
            }
        }
    }

    // With less, what is left of a forest can be all of a smaller one: roots of single buckets, or nothing but zeros.
    @Test(arguments: ["annoy_angular", "annoy_manhattan", "annoy_dot", "annoy_hamming", "annoy_holes"])
    func `whole nodes missing at the end are noticed`(name: String) throws {
        let sound = try Oracle.bytes(name + ".ann")
        let hints = try hints(name)
        let index = try IndexFile.parse(bytes: sound, path: name, hints: hints)
        guard case .forest(let forest) = index.structure else { throw CancellationError() }
        for nodes in 1..<forest.nodeCount {
            #expect(throws: IndexFileError.self, "\(nodes) of \(forest.nodeCount)") {
                let bytes = Array(sound[..<(nodes * sound.count / forest.nodeCount)])
                return try IndexFile.parse(bytes: bytes, path: "cut", hints: hints)
            }
        }
    }

    @Test(arguments: ["annoy_euclidean", "annoy_dot", "annoy_hamming", "annoy_holes", "annoy_two_items"])
    func `no flipped bit traps`(name: String) throws {
        let sound = try Oracle.bytes(name + ".ann")
        let hints = try hints(name)
        let tail = max(0, sound.count - 200)..<sound.count
        for flip in BitFlips(count: 2000, in: sound.count, headers: tail) {
            guard let index = try? IndexFile.parse(bytes: flip.applied(to: sound), path: "flipped", hints: hints),
                case .forest(let forest) = index.structure
            else { continue }
            for root in forest.roots {
                _ = forest.depth(ofTree: root)
                forest.forEachNode(ofTree: root) { node, _ in forest.forEachItem(inBucket: node) { _ in } }
            }
            for item in 0..<UInt32(index.count) { _ = index.vectorComponents(item) }
        }
    }
}
