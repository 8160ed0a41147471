import Testing
import WireProtocol

@Suite("Names of streams")
struct StreamNameTests {
    @Test(
        arguments: [
            "indexes", "searches/a", "searches/a/tiles/1/0/0", "layout/a", "layout/deep/er/a", "layout/a/tiles",
            "layout/a/tiles/0/0/0", "layout/deep/er/a/tiles/12/4095/4095", "layout/a/tiles/1/0/0/tiles/2/3/1",
            "layout/\u{301}a", "searches/\u{301}a", "layout/\u{301}a/tiles/1/0/0",
        ])
    func `a stream is written as it was read`(text: String) throws {
        #expect(try #require(StreamName(text)).text == text)
    }

    @Test func `the tile is what stands last, whatever the index is called`() {
        #expect(
            StreamName("layout/a/tiles/1/0/0/tiles/2/3/1")
                == .tile(index: "a/tiles/1/0/0", zoom: 2, column: 3, row: 1))
        #expect(StreamName("layout/\u{301}/tiles/2/3/1") == .tile(index: "\u{301}", zoom: 2, column: 3, row: 1))
        #expect(StreamName("layout/tiles/3/x") == .layout(index: "tiles/3/x"))
        #expect(StreamName("layout/tiles/3/1/2") == .layout(index: "tiles/3/1/2"))
    }

    @Test(
        arguments: [
            "", "layouts/a", "layout/a/tiles/13/0/0", "layout/a/tiles/-1/0/0", "layout/a/tiles/1/2/0",
            "layout/a/tiles/1/0/2", "layout/a/tiles/01/0/0", "layout/a/tiles/1/+0/0", "layout/a/tiles/1/0/",
            "layout/a/tiles/x/y/z", "layout/a/tiles/9223372036854775808/0/0",
        ])
    func `what is outside of the map, or no number, names no stream`(text: String) {
        #expect(StreamName(text) == nil)
    }
}
