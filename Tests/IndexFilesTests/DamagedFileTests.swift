import Foundation
import Testing

@testable import IndexFiles

@Suite("Damaged files")
struct DamagedFileTests {
    @Test func `the corpus is there`() { #expect(Oracle.damages.count == 209) }

    @Test(arguments: Oracle.damages)
    func `a damaged file is refused or warned of, as the corpus says`(damage: Oracle.Damage) throws {
        do {
            let index = try IndexFile.open(path: Oracle.path(damage.file))
            #expect(damage.expect != "reject", "it opened with \(index.warnings)")
            if damage.expect == "warn" {
                let texts = index.warnings.map { "\($0.field) \($0.message)".lowercased() }
                #expect(!texts.isEmpty)
                #expect(
                    damage.mentions.isEmpty || texts.contains { $0.contains(damage.mentions.lowercased()) }, "\(texts)")
            }
        } catch {
            #expect(damage.expect != "accept", "\(error)")
            // The path says what is wrong, too; it must not answer for the message.
            let text = error.description.dropFirst(error.path.count).lowercased()
            #expect(damage.mentions.isEmpty || text.contains(damage.mentions.lowercased()), "\(text)")
        }
    }

    static let bases = [
        "hnswlib", "faiss_flat", "faiss_fs", "faiss_hnsw", "faiss_idmap", "faiss_ivf", "faiss_ivfpq", "faiss_ivfsq",
        "faiss_nsg", "faiss_pt", "faiss_refine", "faiss_sparse",
    ]

    @Test(arguments: bases)
    func `the sound files they were made from open without a warning`(base: String) throws {
        #expect(try IndexFile.open(path: Oracle.path("corrupt/base_\(base).bin")).warnings.isEmpty)
    }

    @Test(arguments: bases)
    func `no truncation and no flipped bit traps`(base: String) throws {
        let sound = try Oracle.bytes("corrupt/base_\(base).bin")
        var random = SplitMix(state: 1)
        for _ in 0..<400 {
            let cut = Int(random.next() % UInt64(sound.count))
            #expect(throws: IndexFileError.self) { try IndexFile.parse(bytes: Array(sound[..<cut]), path: "cut") }
        }
        for round in 0..<1500 {
            var bytes = sound
            for _ in 0...Int(random.next() % 3) {
                // Every other round aims at the beginning, where the sizes are.
                let reach = round % 2 == 0 ? min(160, bytes.count) : bytes.count
                bytes[Int(random.next() % UInt64(reach))] ^= 1 << UInt8(random.next() % 8)
            }
            guard let index = try? IndexFile.parse(bytes: bytes, path: "flipped") else { continue }
            walk(index)
        }
    }

    /// Uses every accessor on every node, as a search would.
    private func walk(_ index: IndexFile) {
        for node in 0..<UInt32(index.count) {
            _ = index.label(node)
            _ = index.vectorComponents(node)
            guard let graph = index.structure.graph else { continue }
            for level in 0...graph.level(of: node) {
                for id in graph.linkedNodes(of: node, level: level) { #expect(graph.level(of: id) >= level) }
            }
        }
    }

    /// Vigna's splitmix64: reproducible, so that a failure can be repeated.
    private struct SplitMix {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
