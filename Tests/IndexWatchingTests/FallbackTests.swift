import Foundation
import Testing

@testable import IndexWatching

/// When events are missing or there is too much: what is there is found all the same, or it is said what is not.
@Suite("Fallbacks", .timeLimit(.minutes(1)))
struct FallbackTests {
    private let folder: WatchedFolder

    init() throws { folder = try WatchedFolder() }

    /// No folder gets a watch.
    private var blind: WatchPace {
        var pace = WatchedFolder.pace
        pace.rescan = .milliseconds(100)
        pace.patience = .milliseconds(600)
        pace.maxWatches = 0
        return pace
    }

    @Test func `without watches folders are looked at from time to time, which is told once`() async throws {
        try folder.makeFolder("deep")
        try await folder.watching(pace: blind) { _, events in
            guard case .polling(_, reason: .watchLimit) = await events.next() else {
                Issue.record("the limit was not told")
                return
            }
            try folder.write("one", to: "deep/a.index")
            #expect(await events.next() == .changed(path: folder.path("deep/a.index")))
            try folder.rewrite("eno", in: "deep/a.index")
            #expect(await events.next() == .changed(path: folder.path("deep/a.index")))
            try folder.write("three", to: ".new")
            try folder.move(".new", to: "deep/a.index")
            #expect(await events.next() == .changed(path: folder.path("deep/a.index")))
            try folder.remove("deep/a.index")
            #expect(await events.next() == .removed(path: folder.path("deep/a.index")))
        }
    }

    @Test func `without events a writer that was seen at work is given time`() async throws {
        try folder.write("one", to: "a.index")
        var pace = blind
        pace.patience = .seconds(3)
        try await folder.watching(pace: pace) { _, events in
            guard case .polling = await events.next() else { return }
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            let handle = try folder.writer(of: "a.index")
            for piece in 0..<4 {
                try handle.write(contentsOf: Data("piece \(piece)".utf8))
                try await Task.sleep(for: .milliseconds(500))
            }
            try handle.close()
            let last = try #require(FileStamp(path: folder.path("a.index")))
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            #expect(FileStamp(path: folder.path("a.index")) == last)
            try folder.write("end", to: "end.index")
            #expect(await events.next() == .changed(path: folder.path("end.index")))
        }
    }

    @Test func `where others write unheard, folders are looked at often, which is told once`() async throws {
        try folder.makeFolder("watched")
        try folder.write("one", to: "watched/a.index")
        // Written under this name, the file changes without a word in the watched folder, as from another machine.
        try #require(link(folder.path("watched/a.index"), folder.path("elsewhere")) == 0)
        var status = stat()
        try #require(stat(folder.path, &status) == 0)
        let device = UInt(status.st_dev)
        let major = device >> 8 & 0xFFF | device >> 32 & 0xFFFF_F000
        let minor = device & 0xFF | device >> 12 & 0xFFFF_FF00
        var pace = WatchedFolder.pace
        pace.patience = .milliseconds(600)
        let readMounts: @Sendable () -> MountTable = {
            MountTable(text: "61 24 \(major):\(minor) / / rw - nfs4 server:/ rw")
        }
        try await folder.watching([folder.path("watched")], pace: pace, readMounts: readMounts) { _, events in
            #expect(
                await events.next()
                    == .polling(folder: folder.path("watched"), reason: .remote(filesystem: "nfs4")))
            #expect(await events.next() == .changed(path: folder.path("watched/a.index")))
            try folder.rewrite("eno", in: "elsewhere")
            #expect(await events.next() == .changed(path: folder.path("watched/a.index")))
        }
    }

    @Test func `events that the kernel had to drop cost nothing`() async throws {
        let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
        let count = try #require(Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)))
        for name in ["a.index", "b.index"] { try folder.write("one", to: name) }
        var pace = WatchedFolder.pace
        // So long that the queue overflows before it is read.
        pace.breath = .seconds(2)
        try await folder.watching(pace: pace) { _, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            #expect(await events.next() == .changed(path: folder.path("b.index")))
            // The kernel merges an event with an equal one before it, so two files take turns.
            for turn in 0..<count + 1000 {
                chmod(folder.path(turn % 2 == 0 ? "a.index" : "b.index"), turn % 4 < 2 ? 0o600 : 0o644)
            }
            try folder.remove("a.index")
            try folder.remove("b.index")
            try folder.makeFolder("deep")
            try folder.write("one", to: "deep/c.index")
            var told: [WatchEvent] = []
            while told.count < 3, let event = await events.next() { told.append(event) }
            #expect(told.contains(.removed(path: folder.path("a.index"))))
            #expect(told.contains(.removed(path: folder.path("b.index"))))
            #expect(told.contains(.changed(path: folder.path("deep/c.index"))))
        }
    }

    @Test func `files beyond the limit are left out, which is told once`() async throws {
        for name in ["a.index", "b.index", "c.index", "d.index"] { try folder.write("one", to: name) }
        try await folder.watching(maxFiles: 2) { _, events in
            #expect(await events.next() == .leftOut(path: folder.path("c.index"), limit: .files(2)))
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            #expect(await events.next() == .changed(path: folder.path("b.index")))
            // Room is given to the next one in the order of names.
            try folder.remove("a.index")
            let both = [await events.next(), await events.next()]
            #expect(both.contains(.removed(path: folder.path("a.index"))))
            #expect(both.contains(.changed(path: folder.path("c.index"))))
        }
    }

    @Test func `names that are one to Unicode, or are no text, are told of`() async throws {
        let (first, second) = ("e\u{301}.index", "\u{E9}.index")
        for name in [second, first, "e\u{301}.txt", "\u{E9}.txt"] {
            try folder.writer(of: name).close()
        }
        // Latin-1.
        for name in ["\u{E9}1.index", "\u{E9}1.txt"] {
            let bytes = Array((folder.path + "/").utf8) + name.unicodeScalars.map { UInt8($0.value) } + [0]
            let file = open(bytes.map { CChar(bitPattern: $0) }, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
            #expect(file >= 0 && close(file) == 0)
        }
        try await folder.watching { _, events in
            var told: [WatchEvent] = []
            while told.count < 3, let event = await events.next() { told.append(event) }
            var leftOut: [WatchLimit: String] = [:]
            for case .leftOut(let path, let limit) in told { leftOut[limit] = path }
            #expect(leftOut[.encoding] == folder.path("\u{FFFD}1.index"))
            // Swift's `==` takes the two names for one.
            #expect(leftOut[.equivalence]?.utf8.elementsEqual(folder.path(second).utf8) == true)
            #expect(told.contains { $0.isChange(of: folder.path(first)) })

            #expect(unlink(folder.path(first)) == 0)
            // To Swift it is the same path, where there is another file now.
            #expect(await events.next()?.isChange(of: folder.path(second)) == true)
        }
    }

    @Test func `folders beyond the depth are left out, which is told once`() async throws {
        try folder.makeFolder("one/two/three")
        try folder.write("one", to: "one/two/a.index")
        try folder.write("one", to: "one/two/three/b.index")
        try await folder.watching(maxDepth: 2) { _, events in
            #expect(await events.next() == .leftOut(path: folder.path("one/two/three"), limit: .depth(2)))
            #expect(await events.next() == .changed(path: folder.path("one/two/a.index")))
        }
    }
}

extension WatchEvent {
    fileprivate func isChange(of path: String) -> Bool {
        if case .changed(let changed) = self { changed.utf8.elementsEqual(path.utf8) } else { false }
    }
}
