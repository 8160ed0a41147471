import Foundation
import Testing

@testable import IndexWatching

/// Links that are pointed elsewhere, and folders that come and go.
@Suite("Swapped folders", .timeLimit(.minutes(1)))
struct SwappedFolderTests {
    private let folder: WatchedFolder

    init() throws { folder = try WatchedFolder() }

    @Test func `a link that is pointed elsewhere is a change`() async throws {
        try folder.write("one", to: ".first")
        try folder.write("second", to: ".second")
        try folder.link("a.index", to: ".first")
        try await folder.watching([folder.path("a.index")]) { _, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try folder.link("a.index", to: ".second")
            #expect(await events.next() == .changed(path: folder.path("a.index")))
        }
    }

    @Test func `a link's target that is rewritten where it is is a change`() async throws {
        try folder.makeFolder("store")
        try folder.makeFolder("watched")
        try folder.write("one", to: "store/data.bin")
        try folder.link("watched/a.index", to: "../store/data.bin")
        try await folder.watching([folder.path("watched")]) { _, events in
            #expect(await events.next() == .changed(path: folder.path("watched/a.index")))
            try folder.rewrite("eno", in: "store/data.bin")
            #expect(await events.next() == .changed(path: folder.path("watched/a.index")))
        }
    }

    @Test func `a mounted volume that Kubernetes swaps is one change of each index`() async throws {
        for (version, text) in [("..2026_01_01", "one"), ("..2026_01_02", "two")] {
            try folder.makeFolder(version)
            try folder.write(text, to: version + "/photos.index")
            try folder.write("{}", to: version + "/photos.index.annscope.json")
        }
        try folder.link("..data", to: "..2026_01_01")
        try folder.link("photos.index", to: "..data/photos.index")
        try folder.link("photos.index.annscope.json", to: "..data/photos.index.annscope.json")
        try await folder.watching { _, events in
            #expect(await events.next() == .changed(path: folder.path("photos.index")))
            try folder.link("..data", to: "..2026_01_02")
            try folder.remove("..2026_01_01")
            #expect(await events.next() == .changed(path: folder.path("photos.index")))
            try folder.makeFolder("..2026_01_03")
            try folder.link("..data", to: "..2026_01_03")
            #expect(await events.next() == .removed(path: folder.path("photos.index")))
            try folder.write("three", to: "..2026_01_03/photos.index")
            #expect(await events.next() == .changed(path: folder.path("photos.index")))
        }
    }

    @Test(arguments: ["current", "current/deep/er"])
    func `a watched folder behind a link follows the link when it is swapped`(watched: String) async throws {
        let inner = String(watched.dropFirst("current".count))
        for release in ["1", "2"] {
            try folder.makeFolder(release + inner)
            try folder.write(release, to: release + inner + "/a.index")
        }
        try folder.write("only here", to: "1" + inner + "/b.index")
        try folder.link("current", to: "1")
        try await folder.watching([folder.path(watched) + "/"]) { _, events in
            #expect(await events.next() == .changed(path: folder.path(watched + "/a.index")))
            #expect(await events.next() == .changed(path: folder.path(watched + "/b.index")))
            try folder.link("current", to: "2")
            let both = [await events.next(), await events.next()]
            #expect(both.contains(.changed(path: folder.path(watched + "/a.index"))))
            #expect(both.contains(.removed(path: folder.path(watched + "/b.index"))))
            try folder.rewrite("eno", in: "2" + inner + "/a.index")
            #expect(await events.next() == .changed(path: folder.path(watched + "/a.index")))
            // The folder that was swapped out is nobody's any longer.
            try folder.rewrite("eno", in: "1" + inner + "/a.index")
            try folder.write("end", to: "2" + inner + "/end.index")
            #expect(await events.next() == .changed(path: folder.path(watched + "/end.index")))
        }
    }

    @Test func `a folder whose parents come later is noticed at once, level by level`() async throws {
        try await folder.watching([folder.path("one/two/three")]) { _, events in
            for level in ["one", "one/two", "one/two/three", "one/two/three/four"] {
                try folder.makeFolder(level)
                // Each level is there for a while before the next one comes.
                try folder.write("beside", to: level + ".index")
                if level.hasSuffix("four") {
                    #expect(await events.next() == .changed(path: folder.path(level + ".index")))
                } else {
                    try await Task.sleep(for: .milliseconds(100))
                }
            }
            try folder.write("one", to: "one/two/three/four/a.index")
            #expect(await events.next() == .changed(path: folder.path("one/two/three/four/a.index")))
        }
    }

    @Test func `a folder that is deleted and made again is followed on`() async throws {
        try folder.makeFolder("watched/deep")
        try folder.write("one", to: "watched/deep/a.index")
        try await folder.watching([folder.path("watched")]) { _, events in
            #expect(await events.next() == .changed(path: folder.path("watched/deep/a.index")))
            try folder.remove("watched")
            #expect(await events.next() == .removed(path: folder.path("watched/deep/a.index")))
            try folder.makeFolder("watched/deep")
            try folder.write("two", to: "watched/deep/a.index")
            #expect(await events.next() == .changed(path: folder.path("watched/deep/a.index")))
        }
    }

    @Test func `a folder that is moved takes its indexes along`() async throws {
        try folder.makeFolder(".elsewhere")
        try folder.write("one", to: ".elsewhere/a.index")
        try await folder.watching { _, events in
            try folder.move(".elsewhere", to: "here")
            #expect(await events.next() == .changed(path: folder.path("here/a.index")))
            try folder.move("here", to: "there")
            let both = [await events.next(), await events.next()]
            #expect(both.contains(.changed(path: folder.path("there/a.index"))))
            #expect(both.contains(.removed(path: folder.path("here/a.index"))))
            try folder.rewrite("eno", in: "there/a.index")
            #expect(await events.next() == .changed(path: folder.path("there/a.index")))
        }
    }

    @Test func `a link back to its own folder is not followed in circles`() async throws {
        try folder.write("one", to: "a.index")
        try folder.makeFolder("deep")
        try folder.link("deep/back", to: "..")
        try await folder.watching { _, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try folder.write("one", to: "deep/b.index")
            #expect(await events.next() == .changed(path: folder.path("deep/b.index")))
        }
    }
}
