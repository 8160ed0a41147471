@testable import SocketService
import Testing

@Suite("Names and origins")
struct AuthorityTests {
    @Test(
        "a name is read in one form, whatever way it is written",
        arguments: [
            ("Example.ORG", "example.org", nil), ("example.org.:80", "example.org", 80), ("[::1]:7", "::1", 7),
            ("[0:0:0:0:0:0:0:1]", "::1", nil), ("[::ffff:127.0.0.1]", "127.0.0.1", nil), ("a:", "a", nil),
        ] as [(String, String, UInt16?)])
    func forms(text: String, host: String, port: UInt16?) {
        #expect(Authority(text)?.host == host)
        #expect(Authority(text)?.port == port)
    }

    @Test(
        "what is no name is none",
        arguments: [
            "", ".", ":80", "a b", "a@b", "a/b", "a\\b", "[::1", "::1", "[::1]x", "[localhost", "a:80:80", "a:-1",
            "a..b",
            ".a", "a:99999", "ä.example", "a\u{0}", String(repeating: "a", count: 300), "a%2eb", "[]",
        ])
    func refused(text: String) { #expect(Authority(text) == nil) }

    @Test("a message is one frame per 64 KiB, and takes the memory that it needs")
    func frames() {
        #expect(SharedFrame(Array("hello".utf8)).wire == [0x81, 5] + Array("hello".utf8))
        #expect(SharedFrame([], isBinary: true).wire == [0x82, 0])
        #expect(SharedFrame([UInt8](repeating: 65, count: 126)).wire.prefix(4) == [0x81, 126, 0, 126])
        let long = SharedFrame([UInt8](repeating: 65, count: 100_000))
        #expect(long.wire.count == 100_008 && long.wire[0] == 0x01 && long.wire[65_536] == 0x80)
        #expect(long.piece(at: 0).payload + long.piece(at: 65_536).payload == 100_000)
    }
}
