import Foundation
import Testing

@testable import IndexWatching

/// Files that belong to an index: those of a folder that is one, and those told to be companions.
@Suite("Companions", .timeLimit(.minutes(1)))
struct CompanionTests {
    private let folder: WatchedFolder

    init() throws { folder = try WatchedFolder() }

    @Test(arguments: [false, true])
    func `a folder with the files of Chroma's hnswlib is one index`(isNamed: Bool) async throws {
        try folder.makeFolder("db")
        try await folder.watching(isNamed ? [folder.path("db")] : nil) { _, events in
            try folder.writeChroma("db")
            #expect(await events.next() == .changed(path: folder.path("db")))
            try folder.rewrite("eno", in: "db/link_lists.bin")
            #expect(await events.next() == .changed(path: folder.path("db")))
            try folder.write("{}", to: "db.annscope.json")
            #expect(await events.next() == .changed(path: folder.path("db")))
            try folder.remove("db/header.bin")
            #expect(await events.next() == .removed(path: folder.path("db")))
            try folder.write("two", to: "db/header.bin")
            #expect(await events.next() == .changed(path: folder.path("db")))
        }
    }

    @Test func `a folder that is one index is one change when the link to it is swapped`() async throws {
        for version in ["..1", "..2"] {
            try folder.makeFolder(version + "/db")
            try folder.writeChroma(version + "/db")
        }
        try folder.link("..data", to: "..1")
        try folder.link("db", to: "..data/db")
        try await folder.watching { _, events in
            #expect(await events.next() == .changed(path: folder.path("db")))
            try folder.link("..data", to: "..2")
            #expect(await events.next() == .changed(path: folder.path("db")))
        }
    }

    @Test func `a folder that lacks one of the files is no index, and neither are its files`() async throws {
        try folder.makeFolder("db")
        for part in IndexParts.folderNames where part != "length.bin" { try folder.write("one", to: "db/" + part) }
        try await folder.watching { _, events in
            try folder.write("one", to: "end.index")
            #expect(await events.next() == .changed(path: folder.path("end.index")))
        }
    }

    @Test func `a folder is told when the last of its files is closed`() async throws {
        try folder.makeFolder("db")
        try folder.write("one", to: "here.index")
        try await folder.watching { _, events in
            // The watch is there before the writers.
            #expect(await events.next() == .changed(path: folder.path("here.index")))
            let parts = IndexParts.folderNames.sorted()
            let handles = try parts.map { try folder.writer(of: "db/" + $0) }
            for handle in handles { try handle.write(contentsOf: Data("one".utf8)) }
            for handle in handles.dropLast() { try handle.close() }
            try folder.write("one", to: "first.index")
            #expect(await events.next() == .changed(path: folder.path("first.index")))
            try handles[3].close()
            #expect(await events.next() == .changed(path: folder.path("db")))
        }
    }

    @Test func `a companion's change is a change of its index, and it is no index itself`() async throws {
        try folder.write("one", to: "a.index")
        try folder.write("lists", to: "a.ivfdata")
        try await folder.watching { watcher, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            #expect(await events.next() == .changed(path: folder.path("a.ivfdata")))
            watcher.follow(companions: [folder.path("a.ivfdata")], of: folder.path("a.index"))
            #expect(await events.next() == .removed(path: folder.path("a.ivfdata")))
            try folder.rewrite("stsil", in: "a.ivfdata")
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            watcher.follow(companions: [], of: folder.path("a.index"))
            #expect(await events.next() == .changed(path: folder.path("a.ivfdata")))
            try folder.rewrite("other", in: "a.ivfdata")
            #expect(await events.next() == .changed(path: folder.path("a.ivfdata")))
        }
    }

    @Test func `companions elsewhere are followed, also before they are there`() async throws {
        try folder.makeFolder("watched")
        try folder.write("one", to: "watched/a.index")
        try await folder.watching([folder.path("watched")]) { watcher, events in
            #expect(await events.next() == .changed(path: folder.path("watched/a.index")))
            watcher.follow(companions: [folder.path("store/lists.bin")], of: folder.path("watched/a.index"))
            try folder.makeFolder("store")
            try folder.write("lists", to: "store/lists.bin")
            #expect(await events.next() == .changed(path: folder.path("watched/a.index")))
            try folder.rewrite("stsil", in: "store/lists.bin")
            #expect(await events.next() == .changed(path: folder.path("watched/a.index")))
        }
    }

    @Test func `a companion written between the announcement and its being followed is a change`() async throws {
        try folder.write("one", to: "a.index")
        try await folder.watching { watcher, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            try folder.write("lists", to: ".lists")
            watcher.follow(companions: [folder.path(".lists")], of: folder.path("a.index"))
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            // The same set again is nothing new.
            watcher.follow(companions: [folder.path(".lists")], of: folder.path("a.index"))
            try folder.write("end", to: "end.index")
            #expect(await events.next() == .changed(path: folder.path("end.index")))
        }
    }

    @Test func `two files that name each other as companions both stay indexes`() async throws {
        for name in ["a.index", "b.index"] { try folder.write("one", to: name) }
        try await folder.watching { watcher, events in
            #expect(await events.next() == .changed(path: folder.path("a.index")))
            #expect(await events.next() == .changed(path: folder.path("b.index")))
            watcher.follow(companions: [folder.path("b.index")], of: folder.path("a.index"))
            watcher.follow(companions: [folder.path("a.index")], of: folder.path("b.index"))
            try folder.rewrite("eno", in: "a.index")
            let both = [await events.next(), await events.next()]
            #expect(both.contains(.changed(path: folder.path("a.index"))))
            #expect(both.contains(.changed(path: folder.path("b.index"))))
        }
    }
}
