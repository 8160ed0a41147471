import Testing
import ViewerHub
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Files of tokens")
struct TokenFileTests {
    private func read(_ text: String) -> TokenFile { TokenFile(parsing: Array(text.utf8), path: "tokens") }

    @Test func `lines have a role, a name and a secret`() {
        let file = read("# who may\n\n  viewer\tanna  0123456789abcdef \r\npublisher ci@build 0123456789ABCDEF")
        #expect(file.faults.isEmpty)
        #expect(file.tokens.map(\.name) == ["anna", "ci@build"])
        #expect(file.tokens.map(\.role) == [.viewer, .publisher])
    }

    @Test(arguments: [
        ("viewer anna", "tokens:1: a line has three words"), ("viewer a b c", "tokens:1: a line has three words"),
        ("admin anna 0123456789abcdef", "tokens:1: the first word must be the role"),
        ("viewer anna short", "tokens:1: the secret has 5 bytes"),
        ("viewer a/b 0123456789abcdef", "tokens:1: a name has"),
        ("viewer a 0123456789abcdef\n\nviewer a 0123456789abcdeg", "tokens:3: its name is there already, at line 1"),
    ])
    func `a line that is none is told with its number`(_ text: String, _ message: String) {
        let faults = read(text).faults
        #expect(faults.count == 1 && faults[0].description.hasPrefix(message), "\(faults)")
    }

    @Test func `no message has a secret in it`() {
        let secret = "0123456789abcdefXYZZY"
        for text in [
            "\(secret) viewer anna", "viewer \(secret) x", "viewer anna \(secret) x", "viewer XYZZY XYZZY",
            "viewer XYZZY 0123456789abcdef\nviewer XYZZY 0123456789abcdef",
        ] {
            let faults = read(text).faults
            #expect(faults.count == 1 && !faults.description.contains("XYZZY"), "\(faults)")
        }
    }

    @Test func `there is an end to their number and bytes that are no text do no harm`() {
        let many = read((0...TokenFile.maxTokens).map { "viewer n\($0) 0123456789abcdef" }.joined(separator: "\n"))
        #expect(many.tokens.count == TokenFile.maxTokens && many.faults.count == 1)
        #expect(TokenFile(parsing: [0xFF, 0x20, 0x00, 0x0A, 0x0A], path: "x").tokens.isEmpty)
    }

    @Test func `a new token is long, other than the last, and can be read`() throws {
        let lines = try (0..<50).map { _ in try #require(TokenMaker.line(role: "publisher", name: "ci")) }
        #expect(Set(lines).count == 50)
        for line in lines {
            let file = read(line)
            #expect(file.faults.isEmpty && file.tokens.first?.role == .publisher)
            #expect(line.split(separator: " ").last?.count == 43)
        }
        #expect(TokenMaker.line(role: "admin", name: "a") == nil)
        #expect(TokenMaker.line(role: "viewer", name: "a b") == nil)
        #expect(TokenMaker.line(role: "viewer", name: "") == nil)
    }
}
