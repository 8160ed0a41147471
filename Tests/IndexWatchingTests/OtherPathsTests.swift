import Testing

@testable import IndexWatching

@Suite("Following other paths", .timeLimit(.minutes(1)))
struct OtherPathsTests {
    private let folder: WatchedFolder

    init() throws {
        folder = try WatchedFolder()
        for name in ["one", "two", "three"] {
            try folder.makeFolder(name)
            try folder.write(name, to: name + "/a.index")
        }
    }

    @Test func `only what is new is announced, and only what is left is removed`() async throws {
        try await folder.watching([folder.path("one"), folder.path("two")]) { watcher, events in
            let both = [await events.next(), await events.next()]
            #expect(both == [.changed(path: folder.path("one/a.index")), .changed(path: folder.path("two/a.index"))])
            watcher.follow(paths: [folder.path("two"), folder.path("three")])
            let news = [await events.next(), await events.next()]
            #expect(news.contains(.changed(path: folder.path("three/a.index"))))
            #expect(news.contains(.removed(path: folder.path("one/a.index"))))
            // What was left is heard no more, what stayed and what came is.
            try folder.write("other", to: "one/a.index")
            try folder.rewrite("other", in: "two/a.index")
            #expect(await events.next() == .changed(path: folder.path("two/a.index")))
            try folder.rewrite("other", in: "three/a.index")
            #expect(await events.next() == .changed(path: folder.path("three/a.index")))
        }
    }

    @Test func `a path that comes back is announced again`() async throws {
        try await folder.watching([folder.path("one")]) { watcher, events in
            #expect(await events.next() == .changed(path: folder.path("one/a.index")))
            watcher.follow(paths: [])
            #expect(await events.next() == .removed(path: folder.path("one/a.index")))
            watcher.follow(paths: [folder.path("one")])
            #expect(await events.next() == .changed(path: folder.path("one/a.index")))
        }
    }

    @Test func `the same paths again are no news`() async throws {
        try await folder.watching([folder.path("one")]) { watcher, events in
            #expect(await events.next() == .changed(path: folder.path("one/a.index")))
            for _ in 0..<100 { watcher.follow(paths: [folder.path("one")]) }
            try folder.rewrite("other", in: "one/a.index")
            #expect(await events.next() == .changed(path: folder.path("one/a.index")))
        }
    }
}
