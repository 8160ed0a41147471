import Foundation
import Testing

@testable import IndexFiles

@Suite("Opening files")
struct OpeningTests {
    private func code(_ body: () throws -> IndexFile) -> IndexFileError.Code? {
        do { _ = try body() } catch { return (error as? IndexFileError)?.code }
        return nil
    }

    @Test func `a folder, a missing file and a file above the limit are unreadable`() {
        #expect(code { try IndexFile.open(path: Oracle.folder.path) } == .unreadable)
        #expect(code { try IndexFile.open(path: Oracle.path("nothing.bin")) } == .unreadable)
        #expect(code { try IndexFile.open(path: Oracle.path("hnswlib_single.bin"), maxBytes: 100) } == .unreadable)
        #expect(code { try IndexFile.open(path: "/dev/zero") } == .unreadable)
    }

    @Test func `a file written a moment ago is refused only to those who ask for a quiet writer`() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).bin")
        defer { try? FileManager.default.removeItem(at: file) }
        let bytes = Data(try Oracle.bytes("faiss_flat_empty.bin"))
        try bytes.write(to: file)
        #expect(code { try IndexFile.open(path: file.path) } == nil)
        // A loaded machine may take longer than the guard's 50 ms between the two calls, but not every time.
        let refused = try (0..<50).contains { _ in
            try bytes.write(to: file)
            return code { try IndexFile.open(path: file.path, requiresQuietWriter: true) } == .changedWhileReading
        }
        #expect(refused)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file.path)
        #expect(code { try IndexFile.open(path: file.path, requiresQuietWriter: true) } == nil)
    }

    @Test func `foreign files are declined by name or shown by their first bytes`() throws {
        func error(_ bytes: [UInt8]) -> IndexFileError? {
            #expect(throws: IndexFileError.self) { try IndexFile.parse(bytes: bytes, path: "x") }
        }
        let padding = [UInt8](repeating: 0, count: 100)
        let additive = try #require(error(Array("IxRq".utf8) + padding))
        #expect(additive.code == .unsupported)
        #expect(additive.message == "Faiss additive quantizer index (IxRq) is not supported yet")
        let text = try #require(error(Array("hello, world".utf8)))
        #expect(text.code == .unrecognised && text.description.contains("hello, world"))
        #expect(error(padding)?.code == .unrecognised)
    }
}
