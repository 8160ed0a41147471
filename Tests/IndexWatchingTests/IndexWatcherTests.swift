import Foundation
import IndexWatching
import Testing

/// Real files in a real folder; each step waits for the news it expects, and the time limit is the only clock.
@Suite("Index watcher", .timeLimit(.minutes(1)))
final class IndexWatcherTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "watch-" + UUID().uuidString)

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func path(_ name: String) -> String { folder.path + "/" + name }

    private func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name))
    }

    /// Truncates and rewrites in place, as both libraries do.
    private func rewrite(_ text: String, in name: String) throws {
        let handle = try FileHandle(forWritingTo: folder.appending(path: name))
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    private func watching(
        _ paths: [String], _ body: (inout AsyncStream<WatchEvent>.Iterator) async throws -> Void
    ) async throws {
        let watcher = IndexWatcher(paths: paths, quiet: .milliseconds(60), rescan: .milliseconds(500))
        watcher.start()
        var events = watcher.events.makeAsyncIterator()
        try await body(&events)
        watcher.stop()
        while await events.next() != nil {}
    }

    @Test("what is there, comes, is rewritten, replaced and goes is told")
    func life() async throws {
        try write("one", to: "a.index")
        try await watching([folder.path]) { events in
            #expect(await events.next() == .changed(path: path("a.index")))
            try write("two", to: "b.bin")
            #expect(await events.next() == .changed(path: path("b.bin")))
            try rewrite("eno", in: "a.index")
            #expect(await events.next() == .changed(path: path("a.index")))
            try write("three", to: ".new")
            #expect(rename(path(".new"), path("a.index")) == 0)
            #expect(await events.next() == .changed(path: path("a.index")))
            try FileManager.default.removeItem(atPath: path("b.bin"))
            #expect(await events.next() == .removed(path: path("b.bin")))
            try write("again", to: "b.bin")
            #expect(await events.next() == .changed(path: path("b.bin")))
        }
    }

    @Test("a sidecar's change is a change of its index, and is no index itself")
    func sidecar() async throws {
        try write("one", to: "a.index")
        try await watching([folder.path]) { events in
            #expect(await events.next() == .changed(path: path("a.index")))
            try write("{}", to: "a.index.annscope.json")
            #expect(await events.next() == .changed(path: path("a.index")))
        }
    }

    @Test("folders within folders are followed, also those that come later")
    func nested() async throws {
        let later = folder.appending(path: "later")
        try await watching([later.path]) { events in
            try FileManager.default.createDirectory(
                at: later.appending(path: "deep"), withIntermediateDirectories: true)
            try write("one", to: "later/deep/a.index")
            #expect(await events.next() == .changed(path: path("later/deep/a.index")))
        }
    }

    @Test("a link that is pointed elsewhere is a change")
    func link() async throws {
        try write("one", to: ".first")
        try write("second", to: ".second")
        try FileManager.default.createSymbolicLink(atPath: path("a.index"), withDestinationPath: path(".first"))
        try await watching([path("a.index")]) { events in
            #expect(await events.next() == .changed(path: path("a.index")))
            try FileManager.default.createSymbolicLink(atPath: path(".link"), withDestinationPath: path(".second"))
            #expect(rename(path(".link"), path("a.index")) == 0)
            #expect(await events.next() == .changed(path: path("a.index")))
        }
    }
}
