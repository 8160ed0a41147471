import Foundation
import Glibc
import Testing

@testable import AnnscopeDaemon

@Suite("Lines that nobody reads")
struct LineOutletTests {
    private let pipe = Pipe()

    private func makeOutlet() -> LineOutlet { LineOutlet(descriptor: pipe.fileHandleForWriting.fileDescriptor) }

    /// What waits in the pipe.
    private func read(_ bytes: Int) -> String {
        var buffer = [UInt8](repeating: 0, count: bytes)
        let count = Glibc.read(pipe.fileHandleForReading.fileDescriptor, &buffer, bytes)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }

    @Test func `all lines come, whole and in their order, where somebody reads`() {
        var outlet = makeOutlet()
        let lines = (0..<20).map { "line \($0) " + String(repeating: "x", count: $0 * 400) }
        for line in lines {
            outlet.write(line) { _ in "never" }
            #expect(read(1 << 16) == line + "\n")
        }
    }

    @Test func `lines that find no room are counted, and told of before the next that does`() {
        var outlet = makeOutlet()
        let line = String(repeating: "x", count: 3000)
        let start = ContinuousClock.now
        for _ in 0..<1000 { outlet.write(line) { "\($0) were lost" } }
        // One wait for a reader that may be slow, and none after it.
        #expect(start.duration(to: .now) < .seconds(5))
        var text = ""
        while text.utf8.count < 3001 * 8 { text += read(4096) }
        outlet.write("after") { "\($0) were lost" }
        text += read(1 << 20)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.removeLast() == "" && lines.removeLast() == "after")
        let written = lines.dropLast()
        #expect(lines.last == "\(1000 - written.count) were lost")
        #expect(written.allSatisfy { $0 == line } && written.count > 8)
    }

    @Test func `a line that was cut short is not carried on by the next`() {
        var outlet = makeOutlet()
        outlet.write(String(repeating: "y", count: 1 << 20)) { _ in "never" }
        let torn = read(1 << 20)
        #expect(torn.utf8.count < 1 << 20 && torn.allSatisfy { $0 == "y" })
        outlet.write("after") { "\($0) were lost" }
        #expect(read(1 << 16) == "\n1 were lost\nafter\n")
    }

    @Test func `a reader that is gone is no reason to end`() {
        signal(SIGPIPE, SIG_IGN)
        var outlet = makeOutlet()
        try? pipe.fileHandleForReading.close()
        for _ in 0..<3 { outlet.write("line") { "\($0) were lost" } }
        #expect(Glibc.write(pipe.fileHandleForWriting.fileDescriptor, "x", 1) == -1 && errno == EPIPE)
    }
}
