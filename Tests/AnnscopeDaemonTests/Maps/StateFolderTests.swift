import Foundation
import Testing

@testable import AnnscopeDaemon

@Suite("The state folder")
struct StateFolderTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "annscope-\(UUID())/a/b").path

    private func folder(maxBytes: Int) -> StateFolder {
        StateFolder(path: path, maxBytes: maxBytes) { $0.hasSuffix(".map") }
    }

    private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

    /// Sets the time of a file's last use, in seconds before now.
    private func setUnused(_ name: String, for seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: path + "/" + name)
    }

    @Test func `a file is written as a whole, and the folder when it is needed`() throws {
        let folder = folder(maxBytes: 1 << 20)
        #expect(try folder.read("one.map", maxBytes: 10) == nil)
        try folder.write("one.map", [1, 2, 3])
        #expect(try folder.read("one.map", maxBytes: 10) == [1, 2, 3])
        try folder.write("one.map", [4])
        #expect(try folder.read("one.map", maxBytes: 10) == [4])
        #expect(try names() == ["one.map"])
        folder.remove("one.map")
        #expect(try folder.read("one.map", maxBytes: 10) == nil)
    }

    @Test func `only its owner can look into it`() throws {
        try folder(maxBytes: 1 << 20).write("one.map", [1])
        for (path, mode) in [(path, 0o700), (path + "/one.map", 0o600)] {
            let found = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(found == mode)
        }
    }

    @Test func `the files that were used least lately go first`() throws {
        let folder = folder(maxBytes: 30_000)
        for (number, name) in ["a.map", "b.map", "c.map"].enumerated() {
            try folder.write(name, [UInt8](repeating: 0, count: 10_000))
            try setUnused(name, for: Double(300 - 100 * number))
        }
        // Reading is using.
        _ = try folder.read("a.map", maxBytes: 10_000)
        try Data(repeating: 0, count: 50_000).write(to: URL(filePath: path + "/somebody's.txt"))
        try folder.write("d.map", [UInt8](repeating: 0, count: 10_000))
        #expect(try names() == ["a.map", "c.map", "d.map", "somebody's.txt"])
        // A small file takes a block, and the one just written stays whatever its size is.
        try folder.write("e.map", [UInt8](repeating: 0, count: 29_000))
        #expect(try names() == ["e.map", "somebody's.txt"])
    }

    @Test func `what a writer that died left behind goes after an hour`() throws {
        let folder = folder(maxBytes: 1 << 20)
        try folder.write("a.map", [1])
        for name in [".new-old", ".new-young"] { try Data([1]).write(to: URL(filePath: path + "/" + name)) }
        try setUnused(".new-old", for: 7200)
        try folder.write("b.map", [1])
        #expect(try names() == [".new-young", "a.map", "b.map"])
    }

    @Test func `what is no file of ours is not read`() throws {
        let folder = folder(maxBytes: 1 << 20)
        try folder.write("large.map", [UInt8](repeating: 0, count: 1000))
        #expect(throws: StateFolder.Failure.self) { try folder.read("large.map", maxBytes: 999) }
        try FileManager.default.createSymbolicLink(atPath: path + "/link.map", withDestinationPath: "large.map")
        #expect(throws: StateFolder.Failure.self) { try folder.read("link.map", maxBytes: 1000) }
        try FileManager.default.createDirectory(atPath: path + "/folder.map", withIntermediateDirectories: false)
        #expect(throws: StateFolder.Failure.self) { try folder.read("folder.map", maxBytes: 1000) }
    }

    @Test func `where no folder can be there is an error that names it`() throws {
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: path))
        let folder = folder(maxBytes: 1 << 20)
        #expect(try folder.read("a.map", maxBytes: 10) == nil)
        let failure = #expect(throws: StateFolder.Failure.self) { try folder.write("a.map", [1]) }
        #expect(failure?.description.contains(path) == true)
    }

    @Test func `systemd's folder comes first, then the user's`() {
        #expect(DataFolders.state(["STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "HOME": "/home/u"]) == "/var/lib/a")
        #expect(DataFolders.state(["XDG_STATE_HOME": "/s", "HOME": "/home/u"]) == "/s/annscope")
        #expect(DataFolders.state(["XDG_STATE_HOME": "s", "HOME": "/home/u"]) == "/home/u/.local/state/annscope")
        #expect(DataFolders.state(["STATE_DIRECTORY": ""]) == nil)
    }
}
