import Foundation
import IndexFiles
import Testing

@testable import AnnscopeDaemon

@Suite("Finding items")
struct ItemFinderTests {
    private static let oracle = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Oracle")

    private func served(
        _ csv: String, _ name: String = "faiss_flat_l2", isPrepared: Bool = true
    ) throws -> ServedIndex {
        let file = try IndexFile.open(path: Self.oracle.appending(path: name + ".bin").path)
        var sidecar = Sidecar()
        sidecar.caption = "caption"
        sidecar.category = "kind"
        return ServedIndex(
            name: "a", revision: 1,
            loaded: LoadedIndex(
                file: file, memory: nil, sidecar: sidecar, items: csv.isEmpty ? .empty : ItemTable(csv: csv),
                labels: isPrepared ? LabelTable(file) : LabelTable(scanning: file), queries: [], queriesNote: nil,
                sidecarWarnings: []))
    }

    private func find(_ text: String, in index: ServedIndex) throws -> [UInt32] {
        let found = try #require(ItemFinder(index: index, text: text).find(isCancelled: { false }))
        #expect(found.isComplete)
        return found.nodes
    }

    @Test("the label comes first, then the rows that hold the text, whatever its case", arguments: [true, false])
    func order(isPrepared: Bool) throws {
        let index = try served(
            "id,caption,kind,year\n3,A dog,dog,1999\n1,Ein HÜGEL,hill,2003\n7,3 cats,cat,2003\n999999,A dog,dog,1\n"
                + "3,dog again,dog,1\nx,dog of nobody,dog,1\n07,dog,dog,1\n", isPrepared: isPrepared)
        #expect(try find("3", in: index) == [3, 1, 7])
        #expect(try find("DOG", in: index) == [3])
        #expect(try find("hügel", in: index) == [1])
        #expect(try find("hill", in: index) == [1])
        #expect(try find("200", in: index) == [200, 1, 7])
        #expect(try find("again", in: index) == [])
        #expect(try find("99999999999999999999999999999999999999999999", in: index) == [])
    }

    @Test func `without a table only labels are found`() throws {
        let index = try served("")
        #expect(try find("5", in: index) == [5])
        #expect(try find("dog", in: index) == [])
        #expect(try find("-1", in: index) == [])
    }

    @Test func `all nodes of a label are found`() throws {
        let file = try IndexFile.open(path: Self.oracle.appending(path: "corrupt/hnswlib_dup_label.bin").path)
        #expect(try find(String(file.label(10)), in: try served("", "corrupt/hnswlib_dup_label")) == [10, 11])
    }

    @Test func `a scan can be called off`() throws {
        let index = try served("id,caption\n1,dog\n")
        #expect(ItemFinder(index: index, text: "dog").find(isCancelled: { true }) == nil)
    }

    @Test func `a text is part of another whatever the case of either`() {
        let texts = [
            "", "a", "A", "ab", "Ab", "bAb", "Straße", "STRASSE", "é", "É", "aé", "\u{212A}", "k", "[", "{", "@",
        ]
        for part in texts {
            for text in texts {
                let isPart = part.isEmpty || Array(text.lowercased().utf8).contains(Array(part.lowercased().utf8))
                #expect(FoldedText(part).isPart(of: text) == isPart, "\(part) in \(text)")
            }
        }
    }
}
