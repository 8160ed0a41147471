import Foundation
import SocketService
import Testing

@Suite("Rules of HTTP")
struct HTTPRulesTests {
    @Test(
        "a range is read as the standard says",
        arguments: [
            (nil, ByteRange.whole), ("bytes=0-9", .part(0..<10)), ("bytes=90-", .part(90..<100)),
            ("bytes=-10", .part(90..<100)), ("bytes=-1000", .part(0..<100)), ("bytes=0-1000", .part(0..<100)),
            ("BYTES=5-5", .part(5..<6)), ("bytes=100-", .unsatisfiable), ("bytes=100-200", .unsatisfiable),
            ("bytes=-0", .unsatisfiable), ("bytes=9-1", .whole), ("bytes=0-1,5-6", .whole), ("bytes=", .whole),
            ("bytes=-", .whole), ("bytes=a-b", .whole), ("items=0-1", .whole), ("bytes=1-2-3", .whole),
            ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=0-99999999999999999999", .part(0..<100)),
            ("bytes=-99999999999999999999", .part(0..<100)), ("bytes=--5", .whole), ("0-5", .whole),
        ] as [(String?, ByteRange)])
    func ranges(header: String?, range: ByteRange) {
        #expect(ByteRange(parsing: header, size: 100) == range)
    }

    @Test("nothing of an empty file can be asked for by range")
    func emptyFile() {
        #expect(ByteRange(parsing: "bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRange(parsing: "bytes=-5", size: 0) == .unsatisfiable)
        #expect(ByteRange(parsing: nil, size: 0) == .whole)
    }

    @Test("a part of a file is read and sent alone")
    func partOfFile() {
        let bytes = Array(UInt8(0)..<100)
        var asked: [Range<Int>] = []
        func answer(_ range: String?) -> HTTPResponse {
            HTTPResponse.file(size: 100, range: range, headers: []) { range in
                asked.append(range)
                return Array(bytes[range])
            }
        }
        let part = answer("bytes=10-19")
        #expect(part.status == 206 && part.body == Array(10..<20))
        #expect(part.headers.contains { $0.name == "Content-Range" && $0.value == "bytes 10-19/100" })
        #expect(answer("bytes=200-").status == 416)
        #expect(answer(nil).body == bytes)
        #expect(asked == [10..<20, 0..<100])
        #expect(HTTPResponse.file(size: 5, range: nil, headers: []) { _ in nil }.status == 404)
    }

    @Test(
        "If-None-Match lists tags, weak or strong",
        arguments: [
            (nil, false), ("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false),
            ("a", false), ("", false), ("\"b\" ,\tW/\"a\" ", true), ("\"ab\"", false),
        ] as [(String?, Bool)])
    func entityTags(header: String?, isListed: Bool) {
        #expect(EntityTag.isListed("\"a\"", in: header) == isListed)
    }

    @Test(
        "gzip is sent to those who take it",
        arguments: [
            (nil, false), ("gzip", true), ("deflate, GZIP;q=0.5", true), ("gzip;q=0", false), ("*", true),
            ("*;q=0", false), ("identity", false), ("gzip;q=0.2, identity;q=0.9", false), ("br, x-gzip", true),
            ("gzip; q=1.0, identity; q=0.5", true), ("gzip;q=x", false), ("", false), ("*, gzip;q=0", false),
        ] as [(String?, Bool)])
    func acceptEncoding(header: String?, takesGzip: Bool) {
        #expect(ContentCoding.acceptsGzip(header) == takesGzip)
    }

    @Test("gzip gives the same bytes back, and is left out where it saves nothing")
    func gzip() throws {
        let text = [UInt8](String(repeating: "The graph's links. ", count: 500).utf8)
        let compressed = try #require(ContentCoding.gzip(text))
        #expect(compressed.count < text.count / 10)
        let process = Process()
        process.executableURL = URL(filePath: "/bin/gzip")
        process.arguments = ["-dc"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(compressed))
        try input.fileHandleForWriting.close()
        #expect([UInt8](try output.fileHandleForReading.readToEnd() ?? Data()) == text)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        var seed: UInt64 = 1
        let noise = (0..<5000).map { _ -> UInt8 in
            seed = seed &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(seed >> 56)
        }
        #expect(ContentCoding.gzip(noise) == nil)
        #expect(ContentCoding.gzip([]) == nil)
    }
}
