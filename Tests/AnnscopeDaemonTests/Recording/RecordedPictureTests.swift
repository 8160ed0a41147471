import Foundation
import OrderedCollections
import Testing
import WireProtocol

@testable import AnnscopeDaemon

@Suite("Recorded pictures")
struct RecordedPictureTests {
    private static let jpeg: [UInt8] = [0xff, 0xd8, 0xff, 0xe0, 1, 2, 3]

    private func item(_ node: Int, media: String? = nil, picture: [UInt8]? = nil) throws -> RecordedItem {
        var members: JSONObject = ["node": .integer(Int64(node)), "label": .integer(Int64(node))]
        members["media"] = media.map { .string($0) }
        members["picture"] = picture.map { .string(Data($0).base64EncodedString()) }
        return try RecordedItem(json: .object(members))
    }

    private func told(_ items: [RecordedItem]) -> RecordedItems { RecordedItems(index: "a", revision: 1, items: items) }

    @Test(
        "pictures are known by their bytes, and nothing else is one",
        arguments: [
            (Self.jpeg, "image/jpeg"), ([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0], "image/png"),
            (Array("GIF89a..".utf8), "image/gif"), (Array("RIFF\0\0\0\0WEBPVP8 ".utf8), "image/webp"),
            (Array("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".utf8), nil),
            (Array("<!doctype html><script>".utf8), nil), (Array("RIFF\0\0\0\0WAVE".utf8), nil), ([], nil),
            ([0xff], nil),
        ] as [([UInt8], String?)])
    func types(bytes: [UInt8], type: String?) { #expect(RecordedPicture(bytes)?.type == type) }

    @Test func `a picture beyond the limit is none`() {
        let padding = { [UInt8](repeating: 0, count: RecordedPicture.maxBytes - Self.jpeg.count + $0) }
        #expect(RecordedPicture(Self.jpeg + padding(0)) != nil)
        #expect(RecordedPicture(Self.jpeg + padding(1)) == nil)
    }

    @Test func `an item comes back from its line with its picture`() throws {
        let items = told([try item(7, media: "media/a/7.jpg", picture: Self.jpeg), try item(8)])
        let read = try RecordingFormat.line(RecordingFormat.items(items, at: 3))
        #expect(read.line == .items(items) && items.items[0].picture?.bytes == Self.jpeg)
    }

    @Test(
        "a picture that can't be shown ends the replay with its line",
        arguments: [
            #""media":"media/a","picture":"PHNjcmlwdD4=""#, #""media":"media/a","picture":"!""#,
            #""media":"media/a","picture":7"#, #""media":"index.html","picture":"/9j/4A==""#, #""picture":"/9j/4A==""#,
            #""media":"media/a b","picture":"/9j/4A==""#,
        ])
    func oddPictures(members: String) throws {
        let line = Array(
            #"{"at":1,"items":{"index":"a","revision":1,"items":[{"node":1,"label":1,\#(members)}]}}"#.utf8)
        #expect(throws: RecordingError.self) { try RecordingFormat.line(line) }
    }

    @Test func `pictures are asked for one by one and once, and recorded with their items`() throws {
        var questions = PictureQuestions()
        #expect(questions.next() == nil)
        questions.learn(from: told([try item(1, media: "media/1"), try item(2), try item(3, media: "media/3")]))
        questions.learn(from: told([try item(1, media: "media/1")]))
        #expect(questions.next() == "media/1" && questions.next() == nil)
        let answer = questions.answered(Self.jpeg)
        #expect(answer == told([try item(1, media: "media/1", picture: Self.jpeg)]))
        #expect(questions.next() == "media/3")
        #expect(questions.answered(Array("<svg/>".utf8)) == nil && questions.leftOut == 1)
        #expect(questions.next() == nil)
        // A new file needs them once more.
        questions.forget()
        questions.learn(from: told([try item(1, media: "media/1")]))
        #expect(questions.next() == "media/1")
        #expect(questions.answered(nil) == nil && questions.leftOut == 2)
    }

    @Test func `what a lost connection left open is asked for again of the same daemon`() throws {
        var questions = PictureQuestions()
        questions.learn(from: told([try item(1, media: "media/1"), try item(2, media: "media/2")]))
        _ = questions.next()
        questions.closed()
        questions.opened(isSameDaemon: true)
        #expect(questions.next() == "media/1")
        questions.closed()
        questions.opened(isSameDaemon: false)
        #expect(questions.next() == nil)
    }

    @Test func `no more pictures wait than may`() throws {
        var few = PictureQuestions(maxWaiting: 2)
        few.learn(from: told(try (0..<5).map { try item($0, media: "media/\($0)") }))
        #expect(few.leftOut == 3)
        var small = PictureQuestions(maxWaitingBytes: 50)
        small.learn(from: told(try (0..<5).map { try item($0, media: "media/\($0)") }))
        #expect((1...4).contains(small.leftOut))
        var forgetful = PictureQuestions(maxKnown: 1)
        for name in ["media/1", "media/2", "media/1"] {
            forgetful.learn(from: told([try item(1, media: name)]))
            #expect(forgetful.next() == name)
            _ = forgetful.answered(nil)
        }
    }

    @Test func `an item is shown with its picture once that is there`() throws {
        var items = ReplayedItems()
        let path = "media/a/%C3%A9.jpg"
        #expect(items.add(told([try item(1, media: path)]))[0]["media"] == nil)
        #expect(items.picture("/media/a/é.jpg") == nil)
        #expect(items.add(told([try item(1, media: path, picture: Self.jpeg)]))[0]["media"] == .string(path))
        #expect(items.picture("/media/a/é.jpg")?.bytes == Self.jpeg)
        // The next file of the recording tells of it again.
        #expect(items.add(told([try item(1, media: path)]))[0]["media"] == .string(path))
        let answer = try JSONValue(
            parsing: items.reply("a", ["revision": 1], labels: [], nodes: [1]).encoded())
        #expect(answer["items"] == [["label": 1, "node": 1, "media": .string(path)]])
    }

    @Test func `pictures that are too large together make the earlier ones go`() throws {
        var pictures = ReplayedPictures(maxBytes: 70)
        for node in 0..<20 { pictures.add(told([try item(node, media: "media/\(node)", picture: Self.jpeg)])) }
        let kept = (0..<20).filter { pictures.picture("/media/\($0)") != nil }
        #expect((5...10).contains(kept.count) && kept.last == 19)
    }
}
