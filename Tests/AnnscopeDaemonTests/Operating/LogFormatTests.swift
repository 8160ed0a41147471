import Foundation
import Logging
import Testing

@testable import AnnscopeDaemon

@Suite("Lines of the log")
struct LogFormatTests {
    private let time = "2026-01-02T03:04:05.678Z"

    @Test func `each format has its own line`() throws {
        let facts = [(name: "index", value: "a b"), (name: "path", value: "/x")]
        #expect(LogFormat.journald.line(.warning, "gone", facts, time: time) == "<4>gone index=\"a b\" path=/x")
        #expect(LogFormat.text.line(.info, "gone", facts, time: time) == "\(time) info: gone index=\"a b\" path=/x")
        let object = try JSONSerialization.jsonObject(
            with: Data(LogFormat.json.line(.error, "gone", facts, time: time).utf8))
        #expect(
            object as? [String: String] == [
                "time": time, "level": "error", "message": "gone", "index": "a b", "path": "/x",
            ])
    }

    @Test(arguments: LogFormat.allCases)
    func `nothing from outside begins a line of its own or ends a value`(_ format: LogFormat) throws {
        let nasty = "a\n<0>b\u{1B}[2J\"c\\d\u{202E}\u{2028}\r\u{0}é"
        let line = format.line(.notice, "\(nasty)", [(name: "k\n", value: nasty)], time: time)
        #expect(!line.unicodeScalars.contains { $0.value < 32 || $0.value == 0x7F || $0.value == 0x2028 })
        if format == .json {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: String]
            #expect(object?["k\n"] == nasty)
        }
    }

    @Test func `a quote that a combining mark follows is a quote`() {
        let line = LogFormat.journald.line(
            .notice, "a", [(name: "key", value: "\"\u{64E} b=\\\u{301}"), (name: "word", value: "x=\u{301}")],
            time: time)
        #expect(line == "<5>a key=\"\\\"\u{64E} b=\\\\\u{301}\" word=\"x=\u{301}\"")
    }

    @Test(arguments: LogFormat.allCases)
    func `a line has an end`(_ format: LogFormat) throws {
        let long = String(repeating: "é\u{1}", count: 50_000)
        let line = format.line(.notice, long, (0..<50).map { (name: "k\($0)", value: long) }, time: time)
        #expect(line.utf8.count <= LogFormat.maxLineBytes)
        #expect(line.contains("cut"))
        if format == .json { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }

    @Test func `the journal's format is taken only where standard error is the journal's stream`() {
        #expect(LogFormat.fitting { _ in nil } == .text)
        #expect(LogFormat.fitting { _ in "1:2" } == .text)
        var status = stat()
        fstat(2, &status)
        #expect(LogFormat.fitting { $0 == "JOURNAL_STREAM" ? "\(status.st_dev):\(status.st_ino)" : nil } == .journald)
    }

    @Test func `a level that is changed holds for loggers that are there already`() {
        var settings = DaemonConfiguration.LogSettings()
        let destination = LogDestination(settings)
        let log = Logger(label: "x") { destination.handler(label: $0) }
        #expect(log.logLevel == .notice)
        settings.level = .trace
        destination.apply(settings)
        #expect(log.logLevel == .trace)
    }
}
