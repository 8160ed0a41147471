import Foundation
import SocketService
import Testing

@testable import AnnscopeDaemon

@Suite("Static files")
struct StaticFilesTests {
    /// A folder with these files, gone afterwards.
    private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "annscope-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            let file = folder.appending(path: name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        try body(folder.path)
    }

    private func header(_ name: String, _ response: HTTPResponse) -> String? {
        response.headers.first { $0.name == name }?.value
    }

    @Test("a long text is sent as gzip to those who take it, with an ETag of its own")
    func gzip() throws {
        try withFolder(["index.html": String(repeating: "<p>graph</p>", count: 500), "a.js": "short"]) { folder in
            let files = StaticFiles(root: folder)
            let plain = files.response("/", ifNoneMatch: nil)
            let gzip = files.response("/", ifNoneMatch: nil, acceptEncoding: "gzip, br")
            #expect(plain.body.count == 6000 && header("Content-Encoding", plain) == nil)
            #expect(gzip.body.count < 600 && header("Content-Encoding", gzip) == "gzip")
            #expect(gzip.body.prefix(2) == [0x1F, 0x8B])
            for response in [plain, gzip] { #expect(header("Vary", response) == "Accept-Encoding") }
            let (plainTag, gzipTag) = (header("ETag", plain), header("ETag", gzip))
            #expect(plainTag != gzipTag && gzipTag?.hasPrefix("\"") == true)
            #expect(files.response("/", ifNoneMatch: "W/\"x\", \(gzipTag ?? "")", acceptEncoding: "gzip").status == 304)
            #expect(files.response("/", ifNoneMatch: gzipTag).status == 200)
            #expect(files.response("/", ifNoneMatch: "*").status == 304)
            #expect(
                header("Content-Encoding", files.response("/a.js", ifNoneMatch: nil, acceptEncoding: "gzip")) == nil)
        }
    }

    @Test("the page's policy lets nothing in from elsewhere")
    func policy() throws {
        try withFolder(["index.html": "x"]) { folder in
            let policy = header("Content-Security-Policy", StaticFiles(root: folder).response("/", ifNoneMatch: nil))
            #expect(policy?.contains("default-src 'self'") == true && policy?.contains("unsafe-") == false)
        }
    }

    @Test("links, hidden files, tests, unknown types and other spellings are not served")
    func leftOut() throws {
        let files = [
            "index.html": "x", ".env.js": "secret", "test/a.js": "test", "sub/b.js": "b", "c.txt": "c",
            ".git/d.js": "d", "sub/test/e.js": "e",
        ]
        try withFolder(files) { folder in
            let manager = FileManager.default
            try manager.createSymbolicLink(atPath: folder + "/link.js", withDestinationPath: "/etc/passwd")
            try manager.createSymbolicLink(atPath: folder + "/etc", withDestinationPath: "/etc")
            let files = StaticFiles(root: folder)
            for path in [
                "/.env.js", "/test/a.js", "/c.txt", "/.git/d.js", "/sub/test/e.js", "/link.js", "/etc/passwd",
                "/../index.html", "//index.html", "/INDEX.HTML", "/sub/../index.html", "/index.html\u{0}", "", "/sub/",
            ] { #expect(files.response(path, ifNoneMatch: nil).status == 404, "\(path)") }
            #expect(files.response("/sub/b.js", ifNoneMatch: nil).body == Array("b".utf8))
        }
    }

    @Test("a part of a file is read beneath its folder and nowhere else")
    func openFile() throws {
        try withFolder(["a.png": "0123456789", "sub/b.png": "b"]) { folder in
            try FileManager.default.createSymbolicLink(
                atPath: folder + "/out.png", withDestinationPath: "/etc/passwd")
            do {
                guard let file = OpenFile("a.png", beneath: folder, limit: 10) else {
                    Issue.record("it was not opened")
                    return
                }
                #expect(file.size == 10 && file.bytes(2..<5) == Array("234".utf8))
                #expect(file.bytes(5..<11) == nil && file.bytes() == Array("0123456789".utf8))
            }
            for path in [
                "out.png", "../\(folder.split(separator: "/").last ?? "")/a.png", "/etc/passwd", "a.png\u{0}", "sub",
            ] {
                let isOpen = OpenFile(path, beneath: folder, limit: 1000) != nil
                #expect(!isOpen, "\(path)")
            }
            let isOpen = OpenFile("a.png", beneath: folder, limit: 9) != nil
            #expect(!isOpen)
        }
    }
}
