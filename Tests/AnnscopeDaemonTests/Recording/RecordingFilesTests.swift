import Foundation
import OrderedCollections
import Testing
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Recording files")
struct RecordingFilesTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "recording-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func lines(_ name: String) throws -> [(at: Int, line: RecordingFormat.Line)] {
        let reader = try RecordingReader(path: path(name))
        var lines: [(Int, RecordingFormat.Line)] = []
        while let line = try reader.next() { lines.append(line) }
        return lines
    }

    private let message = Array(
        #"{"jsonrpc":"2.0","method":"stream.events","params":{"stream":"searches/a","offset":3,"last":3,"events":[{"type":"search.place","search":"s1","x":1,"y":2,"spread":3}]}}"#
            .utf8)

    @Test func `what is written is read again`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let writer = try RecordingWriter(path: path("r"), maxFileBytes: 1 << 20, maxFiles: 1)
        #expect(try writer.write(hello: ["epoch": "e"], at: 1) == false)
        #expect(try writer.write(RecordingFormat.message(message, at: 2), at: 2) == false)
        #expect(try writer.write(RecordingFormat.gap(stream: "indexes", reason: "why", at: 3), at: 3) == false)
        let items = RecordedItems(
            index: "a", revision: 1, items: [try RecordedItem(json: ["node": 7, "label": 40, "caption": "a dog"])])
        #expect(try writer.write(RecordingFormat.items(items, at: 4), at: 4) == false)
        let read = try lines("r")
        #expect(read.map(\.at) == [1, 2, 3, 4])
        #expect(read[3].line == .items(items))
        #expect(
            read[0].line == .hello(["epoch": "e"], .items) && read[2].line == .gap(stream: "indexes", reason: "why"))
        guard case .events(let batch) = read[1].line else {
            Issue.record("no events")
            return
        }
        #expect(batch.stream == "searches/a" && batch.offset == 3 && batch.events.count == 1)
    }

    @Test func `a recording of version 1 is read, and one of a version to come is not`() throws {
        let line = { (version: Int) in
            try RecordingFormat.line(
                Array(#"{"annscope":"recording","version":\#(version),"at":1,"file":1,"hello":{"epoch":"e"}}"#.utf8))
        }
        #expect(try line(1).line == .hello(["epoch": "e"], []))
        #expect(try line(2).line == .hello(["epoch": "e"], .items))
        for version in [0, 3, -1] { #expect(throws: RecordingError.self) { try line(version) } }
    }

    @Test func `files stay below their size, the oldest go, and each begins with a hello`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let writer = try RecordingWriter(path: path("r"), maxFileBytes: 1000, maxFiles: 3)
        _ = try writer.write(hello: ["epoch": "e"], at: 1)
        var files = 1
        for time in 2..<100 where try writer.write(RecordingFormat.message(message, at: time), at: time) { files += 1 }
        #expect(files > 10)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == ["r", "r.1", "r.2"])
        for name in names {
            let size = try FileManager.default.attributesOfItem(atPath: path(name))[.size] as? Int
            #expect(try #require(size) <= 1000)
            guard case .hello? = try lines(name).first?.line else {
                Issue.record("\(name) begins otherwise")
                return
            }
        }
        #expect(try lines("r").last?.at == 99)
        // Of what is kept nothing is missing in between.
        let times = try ["r.2", "r.1", "r"].flatMap { try lines($0).dropFirst().map(\.at) }
        #expect(times == Array((times.first ?? 0)...99))
    }

    @Test func `a timeline puts the files in their order`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let writer = try RecordingWriter(path: path("r"), maxFileBytes: 1000, maxFiles: 10)
        _ = try writer.write(hello: ["epoch": "e"], at: 1)
        for time in 2..<20 { _ = try writer.write(RecordingFormat.message(message, at: time), at: time) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).shuffled()
        let timeline = try ReplayTimeline(names.map(path))
        var times: [Int] = []
        while let (at, line) = try timeline.peek() {
            if case .events = line { times.append(at) }
            timeline.take()
        }
        #expect(times == Array(2..<20))
    }

    @Test func `a recording cut off or damaged at any byte is read to there, or refused with its line`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let writer = try RecordingWriter(path: path("r"), maxFileBytes: 1 << 20, maxFiles: 1)
        _ = try writer.write(hello: ["epoch": "e", "indexes": []], at: 1)
        for time in 2..<6 { _ = try writer.write(RecordingFormat.message(message, at: time), at: time) }
        let whole = [UInt8](try Data(contentsOf: folder.appending(path: "r")))
        var random = SystemRandomNumberGenerator()
        for turn in 0..<2000 {
            var bytes = whole
            if turn < whole.count {
                bytes = Array(whole.prefix(turn))
            } else {
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
            }
            try Data(bytes).write(to: folder.appending(path: "damaged"))
            do {
                let timeline = try ReplayTimeline([path("damaged")])
                var replay = try Replay(timeline, epoch: "x", speed: 1000)
                for second in 0..<3 { _ = replay.advance(to: .seconds(second)) }
                if let fault = replay.fault { throw fault }
            } catch {
                #expect("\(error)".contains("damaged:"), "\(error)")
            }
        }
    }

    @Test func `a hello that begins a file is written once, and says so`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let writer = try RecordingWriter(path: path("r"), maxFileBytes: 1000, maxFiles: 100)
        var beginnings = 0
        for time in 0..<50 where try writer.write(hello: ["epoch": "e"], at: time) { beginnings += 1 }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(beginnings == names.count - 1 && beginnings > 1)
        #expect(try names.flatMap { try lines($0).map(\.at) }.sorted() == Array(0..<50))
    }

    @Test func `the next file begins with the hello of then`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let writer = try RecordingWriter(path: path("r"), maxFileBytes: 1000, maxFiles: 2)
        _ = try writer.write(hello: ["epoch": "e", "indexes": []], at: 1)
        writer.hello = ["epoch": "e", "indexes": [["name": "a"]]]
        for time in 2..<20 { _ = try writer.write(RecordingFormat.message(message, at: time), at: time) }
        #expect(try lines("r").first?.line == .hello(["epoch": "e", "indexes": [["name": "a"]]], .items))
    }

    @Test func `a file without a line does not stay, and older files are not overwritten`() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        do { _ = try RecordingWriter(path: path("r"), maxFileBytes: 1000, maxFiles: 3) }
        #expect(!FileManager.default.fileExists(atPath: path("r")))
        try Data("of yesterday".utf8).write(to: folder.appending(path: "r.2"))
        #expect(throws: RecordingError(message: "\(path("r.2")): it exists already, and is not overwritten")) {
            try RecordingWriter(path: path("r"), maxFileBytes: 1000, maxFiles: 3)
        }
        #expect(!FileManager.default.fileExists(atPath: path("r")))
        // One file alone is not in the way of others.
        _ = try RecordingWriter(path: path("r"), maxFileBytes: 1000, maxFiles: 1)
    }

    @Test(
        "a file that was begun and not written leaves the others to be replayed, and by itself is none",
        arguments: ["", #"{"annscope":"rec"#])
    func emptyFiles(text: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let writer = try RecordingWriter(path: path("r.1"), maxFileBytes: 1 << 20, maxFiles: 1)
        _ = try writer.write(hello: ["epoch": "e"], at: 1)
        try Data(text.utf8).write(to: folder.appending(path: "r"))
        let timeline = try ReplayTimeline([path("r"), path("r.1")])
        #expect(timeline.leftOut.map { $0.message.hasPrefix("\(path("r")):1: ") } == [true])
        #expect(try timeline.peek()?.line == .hello(["epoch": "e"], .items))
        #expect(throws: RecordingError.self) { try ReplayTimeline([path("r")]) }
    }

    @Test(
        "a line with a number that no stream has ends the replay with its place, and traps nothing",
        arguments: [
            #"{"at":2,"message":{"method":"stream.events","params":{"stream":"searches/a","offset":9223372036854775807,"events":[{"type":"x"},{"type":"x"}]}}}"#,
            #"{"at":9223372036854775807,"gap":{"reason":"x"}}"#,
        ])
    func hugeNumbers(line: String) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let writer = try RecordingWriter(path: path("r"), maxFileBytes: 1 << 20, maxFiles: 1)
        _ = try writer.write(hello: ["epoch": "e"], at: 1)
        _ = try writer.write(Array(line.utf8), at: 2)
        let timeline = try ReplayTimeline([path("r")])
        _ = try timeline.peek()
        timeline.take()
        let error = #expect(throws: RecordingError.self) { try timeline.peek() }
        #expect(error?.message.hasPrefix("\(path("r")):2: ") == true)
    }

    @Test(
        "columns that are no base64 of their type are refused",
        arguments: [#"{"dtype":"u8","data":"!"}"#, #"{"dtype":"u64","data":""}"#, #"{"dtype":"f32","data":"AAA="}"#])
    func wrongColumns(column: String) throws {
        let event = try JSONValue(parsing: Array(#"{"type":"x","c":\#(column)}"#.utf8))
        #expect(throws: RecordingError.self) { try StreamEvent(recorded: event) }
    }

    @Test func `columns of all types come back as they were`() throws {
        let event = StreamEvent(
            "x", key: "k", ["n": 1],
            columns: [
                "a": .u8([1, 255]), "b": .i16([-1, 7]), "c": .u16([65535]), "d": .u32([.max, 0]),
                "e": .f32([1.5, -0.25]),
                "f": .f32([]),
            ])
        let again = try StreamEvent(recorded: try JSONValue(parsing: event.encoded(.base64)))
        #expect(again == event)
    }
}
