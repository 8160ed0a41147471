import CMappedFile
import Foundation
import Testing

@Suite("Paths beneath a root")
struct OpenBeneathTests {
    private typealias Opener = @Sendable (Int32, UnsafePointer<CChar>) -> Int32

    private static let openers: [Opener] = [
        { annscope_open_beneath($0, $1) }, { annscope_open_stepwise($0, $1) },
    ]

    @Test("what is beneath opens, what leads out does not, by either way", arguments: 0..<2)
    func beneath(way: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "beneath-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let root = folder.appending(path: "root")
        try FileManager.default.createDirectory(
            at: root.appending(path: "pictures"), withIntermediateDirectories: true)
        try Data("secret".utf8).write(to: folder.appending(path: "secret.jpg"))
        try Data("open".utf8).write(to: root.appending(path: "pictures/a.jpg"))
        try FileManager.default.createSymbolicLink(
            atPath: root.appending(path: "out.jpg").path, withDestinationPath: "../secret.jpg")
        try FileManager.default.createSymbolicLink(
            atPath: root.appending(path: "up").path, withDestinationPath: "..")
        let descriptor = open(root.path, O_RDONLY | O_DIRECTORY)
        defer { close(descriptor) }

        let found = Self.openers[way](descriptor, "pictures/a.jpg")
        #expect(found >= 0)
        close(found)
        for path in [
            "../secret.jpg", "pictures/../../secret.jpg", "out.jpg", "up/secret.jpg", "/etc/passwd", "", "nothing",
            folder.appending(path: "secret.jpg").path,
        ] {
            let opened = Self.openers[way](descriptor, path)
            #expect(opened < 0, "\(path)")
            if opened >= 0 { close(opened) }
        }
    }
}
