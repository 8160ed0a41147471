import Foundation
import Testing

@testable import IndexFiles

/// What happens to a mapped index when somebody writes to its file.
@Suite("Mapped files")
struct MappedFileTests {
    /// A copy of an index that may be written to, old enough for its time stamps to prove something.
    private final class Copy {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).bin")
        var path: String { url.path }

        init(_ name: String) throws {
            try Data(try Oracle.bytes(name)).write(to: url)
            try age()
        }

        func age() throws {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: path)
        }

        /// Writes into the file as it is, without cutting or replacing it.
        func overwrite(_ bytes: [UInt8], at offset: UInt64) throws {
            let handle = try FileHandle(forWritingTo: url)
            try handle.seek(toOffset: offset)
            try handle.write(contentsOf: bytes)
            try handle.close()
        }

        deinit { try? FileManager.default.removeItem(at: url) }
    }

    @Test func `a file cut short under its mapping gives zeros, and the index is no longer intact`() throws {
        let copy = try Copy("hnswlib_l2_gauss.bin")
        let index = try IndexFile.openMapped(path: copy.path)
        #expect(index.isIntact)
        truncate(copy.path, 0)
        // Every page is gone: without the handler this would end the process.
        #expect(index.vectorComponents(UInt32(index.count - 1)) == Array(repeating: 0, count: index.dimension))
        #expect(index.label(0) == 0)
        guard case .hnsw(let graph) = index.structure else { throw CancellationError() }
        for node in 0..<UInt32(graph.count) { #expect(graph.linkedNodes(of: node, level: 0).isEmpty) }
        #expect(!index.isIntact)
        #expect(throws: IndexFileError.self) { try index.settled() }
    }

    @Test func `a file rewritten with the same size is no longer the same`() throws {
        let copy = try Copy("hnswlib_l2_gauss.bin")
        let index = try IndexFile.openMapped(path: copy.path)
        try copy.overwrite([1, 2, 3, 4], at: 4000)
        #expect(!index.isIntact)
        #expect(throws: IndexFileError.self) { try index.settled() }
        #expect(throws: IndexFileError.self) { try index.checkedInPlace() }
        // Even when the writer sets the old time again.
        try copy.age()
        #expect(!index.isIntact)
    }

    @Test func `a replaced or deleted file keeps its bytes`() throws {
        let copy = try Copy("faiss_ivf_flat_l2.bin")
        let index = try IndexFile.openMapped(path: copy.path)
        let vector = index.vectorComponents(7)
        let other = try Copy("faiss_flat_l2.bin")
        #expect(rename(other.path, copy.path) == 0)
        #expect(index.isIntact && index.vectorComponents(7) == vector)
        #expect(try index.settled().vectorComponents(7) == vector)
        #expect(try IndexFile.openMapped(path: copy.path).count == 500)
    }

    @Test func `a settled index does not care`() throws {
        let copy = try Copy("hnswlib_l2_gauss.bin")
        let index = try IndexFile.open(path: copy.path)
        let vector = index.vectorComponents(3)
        truncate(copy.path, 0)
        #expect(index.isIntact && index.vectorComponents(3) == vector)
    }

    @Test func `progress is told up to the end`() throws {
        final class Seen: @unchecked Sendable { var last = (0, 0) }
        let seen = Seen()
        let path = Oracle.path("hnswlib_l2_digits.bin")
        let index = try IndexFile.open(path: path) { done, total in
            #expect(done > seen.last.0)
            seen.last = (done, total)
        }
        #expect(seen.last == (index.byteCount, index.byteCount))
        let inPlace = Seen()
        _ = try IndexFile.openMapped(path: path).checkedInPlace { done, total in inPlace.last = (done, total) }
        #expect(inPlace.last == (index.byteCount, index.byteCount))
    }

    @Test func `memory is counted where it is`() throws {
        let path = Oracle.path("hnswlib_l2_digits.bin")
        let mapped = try IndexFile.openMapped(path: path).memory
        #expect(mapped.mappedBytes == mapped.fileBytes && mapped.privateBytes == 0)
        let settled = try IndexFile.open(path: path).memory
        #expect(settled.privateBytes == settled.fileBytes && settled.mappedBytes == 0)
        #expect(settled.residentBytes >= settled.fileBytes)
        // A thousand nodes: four bytes each, and one more.
        #expect(settled.tableBytes == 4 * 1001)
    }

    @Test func `lists in a file of their own are looked for beside the index alone`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let index = folder.appendingPathComponent("lists.index")
        try Data(try Oracle.bytes("faiss_ivf_ondisk.bin")).write(to: index)
        let missing = #expect(throws: IndexFileError.self) { try IndexFile.open(path: index.path) }
        #expect(missing?.code == .unreadable)
        #expect(missing?.path == folder.appendingPathComponent("faiss_ivf_ondisk.bin.ivfdata").path)

        // A slash separates, even one that is one character with the mark that follows it.
        let name = "faiss_ivf_ondisk.bin.ivfdata"
        let astray = "../other/\u{301}ss_ivf_ondisk.bin"
        let bytes = try Oracle.bytes("faiss_ivf_ondisk.bin")
        let place = try #require(bytes.firstRange(of: Array(name.utf8)))
        try #require(astray.utf8.count == name.utf8.count)
        try Data(bytes[..<place.lowerBound] + Array(astray.utf8) + bytes[place.upperBound...]).write(to: index)
        let kept = #expect(throws: IndexFileError.self) { try IndexFile.open(path: index.path) }
        #expect(kept?.path == folder.path + "/\u{301}ss_ivf_ondisk.bin")

        try Data(bytes).write(to: index)
        let data = folder.appendingPathComponent("faiss_ivf_ondisk.bin.ivfdata")
        try Data(try Oracle.bytes("faiss_ivf_ondisk.bin.ivfdata")).write(to: data)
        let opened = try IndexFile.openMapped(path: index.path)
        #expect(opened.companions == [data.path])
        truncate(data.path, 100)
        #expect(!opened.isIntact)
        let cut = #expect(throws: IndexFileError.self) { try IndexFile.open(path: index.path) }
        #expect(cut?.message.contains("whose size is 100 bytes") == true)
    }
}
