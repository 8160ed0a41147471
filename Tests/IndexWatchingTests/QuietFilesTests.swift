import Foundation
import Testing

@testable import IndexWatching

@Suite("Quiet files")
struct QuietFilesTests {
    private let start = ContinuousClock().now
    private var files = QuietFiles(quiet: .milliseconds(150), patience: .seconds(3))

    /// The stamps that a real file has, written anew in place for each size.
    private func stamps(_ sizes: [Int]) throws -> [IndexStamp] {
        let path = FileManager.default.temporaryDirectory.path + "/" + UUID().uuidString
        try Data().write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try sizes.map { size in
            try #require(truncate(path, size) == 0)
            return try #require(IndexParts(file: path).stamp())
        }
    }

    private func after(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    @Test mutating func `a file is announced when it has been quiet for the whole period, and once`() throws {
        let a = try stamps([1])[0]
        #expect(files.looked(at: "a", a, start) == nil)
        #expect(files.nextDue == after(150))
        #expect(files.due(at: after(149)) == [])
        #expect(files.looked(at: "a", a, after(149)) == nil)
        #expect(files.due(at: after(150)) == ["a"])
        #expect(files.looked(at: "a", a, after(150)) == .changed(path: "a"))
        #expect(files.nextDue == nil)
        #expect(files.looked(at: "a", a, after(9000)) == nil)
    }

    @Test mutating func `a writer at work postpones the news until it is done`() throws {
        let a = try stamps([1, 2])
        files.heard(.writing, of: "a", at: "a", start)
        #expect(files.looked(at: "a", a[0], start) == nil)
        #expect(files.looked(at: "a", a[0], after(2000)) == nil)
        files.heard(.writing, of: "a", at: "a", after(2000))
        #expect(files.looked(at: "a", a[1], after(2000)) == nil)
        #expect(files.looked(at: "a", a[1], after(4999)) == nil)
        files.heard(.finished, of: "a", at: "a", after(4999))
        #expect(files.looked(at: "a", a[1], after(5148)) == nil)
        #expect(files.looked(at: "a", a[1], after(5149)) == .changed(path: "a"))
    }

    @Test mutating func `a writer that never is done is given up when nothing moves any longer`() throws {
        let a = try stamps([1, 2])
        files.heard(.writing, of: "a", at: "a", start)
        #expect(files.looked(at: "a", a[0], start) == nil)
        #expect(files.looked(at: "a", a[1], after(2900)) == nil)
        #expect(files.nextDue == after(5900))
        #expect(files.looked(at: "a", a[1], after(5899)) == nil)
        #expect(files.looked(at: "a", a[1], after(5900)) == .changed(path: "a"))
        #expect(files.nextDue == nil)
    }

    @Test mutating func `an index of many files waits for the last of their writers`() throws {
        let a = try stamps([1])[0]
        files.heard(.writing, of: "one", at: "a", start)
        files.heard(.writing, of: "two", at: "a", start)
        files.heard(.finished, of: "one", at: "a", after(100))
        #expect(files.looked(at: "a", a, after(100)) == nil)
        #expect(files.looked(at: "a", a, after(1000)) == nil)
        files.heard(.finished, of: "two", at: "a", after(1000))
        #expect(files.looked(at: "a", a, after(1149)) == nil)
        #expect(files.looked(at: "a", a, after(1150)) == .changed(path: "a"))
    }

    @Test mutating func `bytes that change in place unheard mean a writer that is not heard`() throws {
        let a = try stamps([1, 2, 3])
        #expect(files.looked(at: "a", a[0], start) == nil)
        #expect(files.looked(at: "a", a[0], after(150)) == .changed(path: "a"))
        #expect(files.looked(at: "a", a[1], after(1000)) == nil)
        #expect(files.looked(at: "a", a[1], after(1150)) == nil)
        #expect(files.looked(at: "a", a[2], after(3000)) == nil)
        #expect(files.looked(at: "a", a[2], after(5999)) == nil)
        #expect(files.looked(at: "a", a[2], after(6000)) == .changed(path: "a"))
    }

    @Test mutating func `another file in its place was put there whole`() throws {
        #expect(files.looked(at: "a", try stamps([1])[0], start) == nil)
        let other = IndexStamp(content: [.absent], beside: [])
        #expect(files.looked(at: "a", other, after(100)) == nil)
        #expect(files.looked(at: "a", other, after(250)) == .changed(path: "a"))
    }

    @Test mutating func `bytes written are news even if the stamp is too coarse to show it`() throws {
        let a = try stamps([1])[0]
        #expect(files.looked(at: "a", a, start) == nil)
        #expect(files.looked(at: "a", a, after(150)) == .changed(path: "a"))
        files.heard(.touched, of: "a", at: "a", after(200))
        #expect(files.looked(at: "a", a, after(400)) == nil)
        files.heard(.writing, of: "a", at: "a", after(400))
        files.heard(.finished, of: "a", at: "a", after(400))
        #expect(files.looked(at: "a", a, after(550)) == .changed(path: "a"))
        files.heard(.finished, of: "a", at: "a", after(600))
        #expect(files.looked(at: "a", a, after(900)) == nil)
    }

    @Test mutating func `a file that went is removed after the quiet period, if anybody knew of it`() throws {
        let a = try stamps([1, 2])
        #expect(files.looked(at: "a", a[0], start) == nil)
        #expect(files.looked(at: "a", nil, after(10)) == nil)
        #expect(files.paths == [])
        #expect(files.looked(at: "a", a[0], after(20)) == nil)
        #expect(files.looked(at: "a", a[0], after(200)) == .changed(path: "a"))
        #expect(files.looked(at: "a", nil, after(210)) == nil)
        // Back before it was missed.
        #expect(files.looked(at: "a", a[1], after(300)) == nil)
        #expect(files.looked(at: "a", a[1], after(450)) == .changed(path: "a"))
        #expect(files.looked(at: "a", nil, after(500)) == nil)
        #expect(files.looked(at: "a", nil, after(650)) == .removed(path: "a"))
        #expect(files.paths == [])
        #expect(files.nextDue == nil)
    }

    @Test mutating func `a word of a file that is nowhere is forgotten`() {
        files.heard(.finished, of: "a", at: "a", start)
        #expect(files.looked(at: "a", nil, start) == nil)
        #expect(files.paths == [])
        // A writer may be heard before its index is whole.
        files.heard(.writing, of: "b", at: "b", start)
        #expect(files.looked(at: "b", nil, start) == nil)
        #expect(files.paths == ["b"])
        #expect(files.looked(at: "b", nil, after(3000)) == nil)
        #expect(files.paths == [])
        #expect(files.nextDue == nil)
    }

    @Test mutating func `companions that join are no news, what else is new then is`() throws {
        let a = try stamps([1, 2])
        #expect(files.looked(at: "a", a[0], start) == nil)
        #expect(files.looked(at: "a", a[0], after(150)) == .changed(path: "a"))
        let joined = IndexStamp(content: a[0].content, beside: a[0].beside + [.absent])
        files.restamped("a", joined)
        #expect(files.looked(at: "a", joined, after(1000)) == nil)
        #expect(files.nextDue == nil)
        files.restamped("a", a[1])
        #expect(files.looked(at: "a", a[1], after(2000)) == nil)
        #expect(files.nextDue != nil)
    }

    @Test mutating func `no more files are remembered than the limit`() {
        files = QuietFiles(quiet: .milliseconds(150), patience: .seconds(3), maxFiles: 2)
        for name in ["a", "b", "c"] { files.heard(.writing, of: name, at: name, start) }
        #expect(files.paths.sorted() == ["a", "b"])
    }
}
