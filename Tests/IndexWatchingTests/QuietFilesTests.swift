import Foundation
import Testing

@testable import IndexWatching

@Suite("Quiet files")
struct QuietFilesTests {
    private let start = ContinuousClock().now

    private func stamp(_ bytes: Int) throws -> FileStamp {
        let url = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: url) }
        try Data(repeating: 1, count: bytes).write(to: url)
        return try #require(FileStamp(path: url.path))
    }

    @Test("a file is announced when it has been quiet for the whole period, and once")
    func announcedOnce() throws {
        var files = QuietFiles(quiet: .milliseconds(150))
        let a = try stamp(1)
        #expect(files.looked(["a": a], at: start) == [])
        #expect(files.isWaiting)
        #expect(files.looked(["a": a], at: start + .milliseconds(149)) == [])
        #expect(files.looked(["a": a], at: start + .milliseconds(150)) == [.changed(path: "a")])
        #expect(!files.isWaiting)
        #expect(files.looked(["a": a], at: start + .seconds(9)) == [])
    }

    @Test("a writer at work postpones the news")
    func writerAtWork() throws {
        var files = QuietFiles(quiet: .milliseconds(150))
        let sizes = try [1, 2, 3].map(stamp)
        for (tick, stamp) in sizes.enumerated() {
            #expect(files.looked(["a": stamp], at: start + .milliseconds(100 * tick)) == [])
        }
        #expect(files.looked(["a": sizes[2]], at: start + .milliseconds(349)) == [])
        #expect(files.looked(["a": sizes[2]], at: start + .milliseconds(350)) == [.changed(path: "a")])
    }

    @Test("a file that went is removed, if anybody knew of it")
    func removed() throws {
        var files = QuietFiles(quiet: .milliseconds(150))
        let a = try stamp(1)
        _ = files.looked(["a": a], at: start)
        #expect(files.looked([:], at: start + .milliseconds(10)) == [])
        _ = files.looked(["a": a], at: start + .milliseconds(20))
        _ = files.looked(["a": a], at: start + .milliseconds(200))
        #expect(files.looked([:], at: start + .milliseconds(210)) == [.removed(path: "a")])
    }
}
