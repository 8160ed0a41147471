import Foundation
import IndexFiles
import Testing

@Suite("Corrupt index files")
struct CorruptFileTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let file: String
        let expect: String
        let mentions: String
        var testDescription: String { file }

        static func all() -> [Row] {
            let url = OracleFile.folder.appending(path: "corrupt.json")
            guard let data = try? Data(contentsOf: url),
                let rows = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
            else { return [] }
            return rows.compactMap { row in
                guard let file = row["file"] as? String, let expect = row["expect"] as? String else { return nil }
                return Row(file: file, expect: expect, mentions: row["mentions"] as? String ?? "")
            }
        }
    }

    @Test("the list of corrupt files is there") func listIsThere() { #expect(Row.all().count > 90) }

    @Test("each is refused, warned of or accepted as it should be", arguments: Row.all())
    func behaves(row: Row) throws {
        let path = OracleFile.folder.appending(path: row.file).path
        let opened: IndexFile?
        var message = ""
        do {
            opened = try IndexFile.open(path: path)
        } catch {
            opened = nil
            message = error.description
        }
        switch row.expect {
        case "reject":
            #expect(opened == nil)
            let found = message.range(of: row.mentions, options: .caseInsensitive) != nil
            #expect(row.mentions.isEmpty || found, "the message does not mention \(row.mentions): \(message)")
        case "warn":
            let warnings = opened?.warnings.map { "\($0.field): \($0.message)" }.joined(separator: "\n") ?? message
            let found = warnings.range(of: row.mentions, options: .caseInsensitive) != nil
            #expect(row.mentions.isEmpty || found, "nothing mentions \(row.mentions): \(warnings)")
        case "accept": #expect(opened != nil, "\(message)")
        default: Issue.record("unknown expectation \(row.expect)")
        }
    }

    @Test(
        "cut anywhere or with any bit flipped, a file opens or is refused, and never traps",
        arguments: ["hnswlib_single", "hnswlib_odd_dim", "faiss_ivf_sparse", "faiss_flat_ip", "faiss_ivf_empty"])
    func damaged(name: String) throws {
        let sound = [UInt8](try Data(contentsOf: URL(filePath: OracleFile(name: name).path)))
        var random = SystemRandomNumberGenerator()
        var refused = 0
        for _ in 0..<150 {
            var bytes = sound
            if Bool.random(using: &random) {
                bytes.removeLast(Int.random(in: 1...bytes.count, using: &random))
            } else {
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    // Mostly in the header, where a wrong value does most.
                    let reach = Bool.random(using: &random) ? min(160, bytes.count) : bytes.count
                    bytes[Int.random(in: 0..<reach, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                }
            }
            if (try? IndexFile.parse(bytes, path: name)) == nil { refused += 1 }
        }
        #expect(refused > 0)
    }
}
