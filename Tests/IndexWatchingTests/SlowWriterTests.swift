import Foundation
import Synchronization
import Testing

@testable import IndexWatching

/// Writers that take their time: their pauses are many quiet periods long.
@Suite("Slow writers", .timeLimit(.minutes(1)))
struct SlowWriterTests {
    private let folder: WatchedFolder

    init() throws { folder = try WatchedFolder() }

    /// Writes a few pieces with pauses on a thread of its own, as those of the tests' pool may be busy for seconds; the flag is
    /// up once the writer is about to close the file.
    private final class SlowWriter: Sendable {
        private let done = Atomic(false)

        var isDone: Bool { done.load(ordering: .sequentiallyConsistent) }

        func write(_ handle: FileHandle) async throws {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread { continuation.resume(with: Result { try self.writeSlowly(handle) }) }
            }
        }

        private func writeSlowly(_ handle: FileHandle) throws {
            for piece in 0..<4 {
                try handle.write(contentsOf: Data("piece \(piece)".utf8))
                Thread.sleep(forTimeInterval: 0.4)
            }
            done.store(true, ordering: .sequentiallyConsistent)
            try handle.close()
        }
    }

    @Test func `a writer that pauses is waited for, and its file is told once`() async throws {
        try folder.write("one", to: "old.index")
        try await folder.watching { _, events in
            #expect(await events.next() == .changed(path: folder.path("old.index")))
            for name in ["old.index", "new.index"] {
                let writer = SlowWriter()
                let handle = try folder.writer(of: name)
                let task = Task { try await writer.write(handle) }
                #expect(await events.next() == .changed(path: folder.path(name)))
                #expect(writer.isDone)
                try await task.value
            }
            try folder.write("end", to: "end.index")
            #expect(await events.next() == .changed(path: folder.path("end.index")))
        }
    }

    @Test func `a writer of a sidecar is waited for too`() async throws {
        try folder.write("one", to: "a.index")
        try await folder.watching { _, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            let writer = SlowWriter()
            let handle = try folder.writer(of: "a.index.annscope.json")
            let task = Task { try await writer.write(handle) }
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            #expect(writer.isDone)
            try await task.value
        }
    }

    @Test func `a writer that never closes is believed to be done when patience ends`() async throws {
        var pace = WatchedFolder.pace
        pace.patience = .milliseconds(300)
        try await folder.watching(pace: pace) { _, events in
            let handle = try folder.writer(of: "a.index")
            try handle.write(contentsOf: Data("one".utf8))
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try handle.write(contentsOf: Data("two".utf8))
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            // Closing brings nothing new.
            try handle.close()
            try folder.write("end", to: "end.index")
            #expect(await events.next() == .changed(path: folder.path("end.index")))
        }
    }

    @Test func `a link has no writer to wait for`() async throws {
        try folder.write("one", to: "a.index")
        try await folder.watching { _, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try #require(link(folder.path("a.index"), folder.path("hard.index")) == 0)
            // The first file's stamp counts its links.
            let both = [await events.next(), await events.next()]
            #expect(both.contains(.changed(path: folder.path("hard.index"))))
            #expect(both.contains(.changed(path: folder.path("a.index"))))
            try #require(symlink("a.index", folder.path("soft.index")) == 0)
            #expect(await events.next() == .changed(path: folder.path("soft.index")))
        }
    }
}
