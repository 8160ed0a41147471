import Foundation
import IndexFiles
import Testing

@testable import MapLayout

@Suite("Content keys")
struct ContentKeyTests {
    @Test func `any bit and any length makes another key`() {
        var keys: Set<ContentKey> = []
        var count = 0
        for length in 0...200 {
            var bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 31) }
            keys.insert(ContentKey(of: bytes))
            count += 1
            // Every length has a place in a stripe; a few of them stand for all.
            guard length % 23 == 0 else { continue }
            for place in bytes.indices {
                for bit in 0..<8 {
                    bytes[place] ^= 1 << bit
                    keys.insert(ContentKey(of: bytes))
                    count += 1
                    bytes[place] ^= 1 << bit
                }
            }
        }
        #expect(keys.count == count)
        // Nor is there a half of the key that does the work alone.
        #expect(Set(keys.map(\.high)).count == count && Set(keys.map(\.low)).count == count)
    }

    @Test func `zeros differ by their number`() {
        let keys = Set((0...1000).map { ContentKey(of: [UInt8](repeating: 0, count: $0)) })
        #expect(keys.count == 1001)
    }

    @Test func `a key does not depend on where the bytes lie`() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* $0) }
        let expected = ContentKey(of: bytes)
        for shift in 1...16 {
            let moved = [UInt8](repeating: 7, count: shift) + bytes
            moved.withUnsafeBytes { all in
                #expect(ContentKey(UnsafeRawBufferPointer(rebasing: all[shift...])) { false } == expected)
            }
        }
    }

    @Test func `keys stay what they are, or no stored map would be found again`() {
        #expect(ContentKey(of: []).description == "3efda59c611376b06bee66b81b7f8874")
        #expect(ContentKey(of: Array("annscope".utf8)).description == "a8c17ac0e4f59e741d0af3995266304b")
        #expect(
            ContentKey(of: (0..<500).map { UInt8(truncatingIfNeeded: $0) }).description
                == "e27618942e4ecf917007b8c1556b231c")
    }

    @Test func `a key is read back from its digits, and from nothing else`() {
        let key = ContentKey(of: [1, 2, 3])
        #expect(ContentKey(key.description) == key && key.description.count == 32)
        let digits = key.description
        for text in ["", "00", "\(digits.dropLast())G", "\(digits)0", "+\(digits.dropFirst())"] {
            #expect(ContentKey(text) == nil)
        }
    }

    @Test func `a mapped file and one at rest have one key`() throws {
        let path = MadeIndex.root.appending(path: "Sources/AnnscopeDaemon/Demo/hnswlib_M6_ef30_l2.index").path
        let mapped = try IndexFile.openMapped(path: path)
        let key = try #require(IndexMap.key(of: mapped))
        #expect(try IndexMap.key(of: mapped.settled()) == key)
        #expect(mapped.contentKey { true } == nil)
        // What is known of the file beside its bytes counts, too.
        let told = try IndexFile.open(path: path, hints: IndexFileHints(metric: .cosine))
        #expect(told.contentKey() == mapped.contentKey())
        #expect(IndexMap.key(of: told) != key)
        #expect(IndexMap.key(of: mapped, seed: 2) != key)
    }

    @Test func `each of the files that make an index counts`() throws {
        let folder = MadeIndex.root.appending(path: "Tests/Oracle/chroma_l2").path
        var files: [String: [UInt8]] = [:]
        for name in IndexFile.chromaFiles {
            files[name] = Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
        }
        let key = try IndexFile.parse(folder: "a", files: files).contentKey()
        #expect(try IndexFile.open(path: folder).contentKey() == key)
        // A vector's last byte, in a file that is not the first.
        files["data_level0.bin"]?[20] ^= 1
        let other = try? IndexFile.parse(folder: "a", files: files)
        #expect(other.map { $0.contentKey() != key } ?? true)
        files["data_level0.bin"]?[20] ^= 1
        #expect(try IndexFile.parse(folder: "b", files: files).contentKey() == key)
    }
}
