import Foundation
import Testing

@testable import IndexWatching

/// Each step waits for the news it expects, and the time limit is the only clock.
@Suite("Index watcher", .timeLimit(.minutes(1)))
struct IndexWatcherTests {
    private let folder: WatchedFolder

    init() throws { folder = try WatchedFolder() }

    @Test func `what is there, comes, is rewritten, replaced and goes is told`() async throws {
        try folder.write("one", to: "a.index")
        try await folder.watching { _, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try folder.write("two", to: "b.bin")
            #expect(await events.next() == .changed(path: folder.path("b.bin")))
            try folder.rewrite("eno", in: "a.index")
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try folder.write("three", to: ".new")
            try folder.move(".new", to: "a.index")
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try folder.remove("b.bin")
            #expect(await events.next() == .removed(path: folder.path("b.bin")))
            try folder.write("again", to: "b.bin")
            #expect(await events.next() == .changed(path: folder.path("b.bin")))
            try folder.move("b.bin", to: "c.faiss")
            let both = [await events.next(), await events.next()]
            #expect(both.contains(.removed(path: folder.path("b.bin"))))
            #expect(both.contains(.changed(path: folder.path("c.faiss"))))
        }
    }

    @Test(arguments: [0, 1, 20])
    func `when all that was there is announced, that is told`(count: Int) async throws {
        for number in 0..<count { try folder.write("one", to: "\(number).index") }
        let watcher = IndexWatcher(
            listing: FileListing(paths: [folder.path, folder.path("later")], maxFiles: 100), pace: WatchedFolder.pace)
        watcher.start()
        var told: [WatchEvent] = []
        for await event in watcher.events {
            told.append(event)
            if event == .caughtUp { break }
        }
        watcher.stop()
        #expect(Set(told.dropLast().map { "\($0)" }).count == count)
        #expect(told.count == count + 1)
    }

    @Test func `a file that is deleted and made again at once is one change`() async throws {
        try folder.write("one", to: "a.index")
        var pace = WatchedFolder.pace
        pace.quiet = .milliseconds(500)
        try await folder.watching(pace: pace) { _, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try folder.remove("a.index")
            try folder.write("another", to: "a.index")
            #expect(await events.next() == .changed(path: folder.path("a.index")))
        }
    }

    @Test func `a file named singly is followed whatever its name, and before it is there`() async throws {
        try await folder.watching([folder.path("later/index.json")]) { _, events in
            try folder.makeFolder("later")
            try folder.write("one", to: "later/index.json")
            try folder.write("one", to: "later/other.index")
            #expect(await events.next() == .changed(path: folder.path("later/index.json")))
            try folder.write("{}", to: "later/index.json.annscope.json")
            #expect(await events.next() == .changed(path: folder.path("later/index.json")))
            try folder.rewrite("eno", in: "later/index.json")
            #expect(await events.next() == .changed(path: folder.path("later/index.json")))
        }
    }

    @Test func `a sidecar that comes, changes or goes is a change of its index, and is no index itself`() async throws {
        try folder.write("one", to: "a.index")
        try await folder.watching { _, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try folder.write("{}", to: "a.index.annscope.json")
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try folder.rewrite("[]", in: "a.index.annscope.json")
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try folder.remove("a.index.annscope.json")
            #expect(await events.next() == .changed(path: folder.path("a.index")))
        }
    }

    @Test func `a thousand files are told, and then the one that is rewritten`() async throws {
        let names = (0..<1000).map { "\($0).index" }
        for name in names { try folder.write("one", to: name) }
        try await folder.watching { _, events in
            var told: Set<String> = []
            while told.count < names.count, case .changed(let path) = await events.next() { told.insert(path) }
            #expect(told == Set(names.map(folder.path)))
            for _ in 0..<3 {
                try folder.rewrite(UUID().uuidString, in: "500.index")
                #expect(await events.next() == .changed(path: folder.path("500.index")))
            }
        }
    }

    @Test func `what no event named is not looked at before the next listing`() async throws {
        try folder.makeFolder("watched")
        for name in ["a.index", "b.index"] { try folder.write("one", to: "watched/" + name) }
        try #require(link(folder.path("watched/a.index"), folder.path("outside")) == 0)
        try await folder.watching([folder.path("watched")]) { _, events in
            #expect(await events.next() == .changed(path: folder.path("watched/a.index")))
            #expect(await events.next() == .changed(path: folder.path("watched/b.index")))
            // The folder that is watched does not hear of what is written under the other name.
            try folder.rewrite("unheard", in: "outside")
            try folder.rewrite("heard", in: "watched/b.index")
            #expect(await events.next() == .changed(path: folder.path("watched/b.index")))
        }
    }

    @Test func `stopping ends the news`() async throws {
        try await folder.watching { watcher, events in
            watcher.stop()
            #expect(await events.next() == nil)
        }
    }
}
