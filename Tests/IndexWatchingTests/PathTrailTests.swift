import Foundation
import Testing

@testable import IndexWatching

@Suite("Path trail")
struct PathTrailTests {
    private let folder: WatchedFolder

    init() throws { folder = try WatchedFolder() }

    private func trail(_ path: String) -> (PathTrail, entered: Set<String>) {
        var entered: Set<String> = []
        let trail = PathTrail(path) { entered.insert($0) }
        return (trail, entered)
    }

    @Test func `every name on the way is a place, through links as well`() throws {
        try folder.makeFolder("one/two")
        try folder.write("one", to: "one/two/a.index")
        try folder.link("link", to: "one/./two/../two")
        let (trail, entered) = trail(folder.path("link/a.index"))
        #expect(trail.end == folder.path("one/two/a.index"))
        #expect(trail.isFile)
        for place in ["link", "one", "one/two", "one/two/a.index"] {
            #expect(trail.places.contains(folder.path(place)))
        }
        #expect(entered.isSuperset(of: ["/", folder.path, folder.path("one"), folder.path("one/two")]))
    }

    @Test func `names that begin with a combining mark are names of their own`() throws {
        try folder.makeFolder("one/\u{301}two")
        try folder.write("one", to: "one/\u{301}two/\u{64E}.index")
        try folder.link("link", to: "one/\u{301}two")
        let (trail, _) = trail(folder.path("link/\u{64E}.index"))
        #expect(trail.end == folder.path("one/\u{301}two/\u{64E}.index"))
        for place in ["link", "one", "one/\u{301}two", "one/\u{301}two/\u{64E}.index"] {
            #expect(trail.places.contains(folder.path(place)))
        }
    }

    @Test func `a trail that leads nowhere ends at the first name that is missing`() throws {
        try folder.link("link", to: "gone/deep")
        let (trail, entered) = trail(folder.path("link/a.index"))
        #expect(trail.end == nil)
        #expect(!trail.isComplete)
        #expect(trail.places.last == folder.path("gone"))
        #expect(!entered.contains(folder.path("gone")))
        #expect(self.trail(folder.path("a.index")).0.isComplete)
    }

    @Test func `links in a circle, files on the way and the root are no trap`() throws {
        try folder.link("a", to: "b")
        try folder.link("b", to: "a")
        try folder.write("one", to: "file")
        #expect(trail(folder.path("a")).0.end == nil)
        #expect(trail(folder.path("file/a.index")).0.end == nil)
        #expect(trail("/").0.end == "/")
        #expect(trail("/../..").0.isFolder)
        #expect(trail(".").0.isFolder)
    }
}
