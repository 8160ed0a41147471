import IndexFiles
import Testing

@testable import AnnscopeDaemon

@Suite("Sidecars and items")
struct SidecarTests {
    @Test("a sidecar tells what the file can't, and unknown keys are left for later versions")
    func reads() throws {
        let sidecar = try Sidecar(
            json: Array(#"{"name":"photos","metric":"ip","dimension":128,"caption":"title","later":[1]}"#.utf8))
        #expect(sidecar.name == "photos")
        #expect(sidecar.metric == .innerProduct)
        #expect(sidecar.dimension == 128)
        #expect(sidecar.caption == "title")
        // Annoy's own word for it.
        #expect(try Sidecar(json: Array(#"{"metric":"manhattan"}"#.utf8)).metric == .l1)
    }

    @Test(
        "a wrong value is refused by the name of its key",
        arguments: [
            (#"{"metric":"euclid"}"#, "metric"), (#"{"metric":1}"#, "metric"), (#"{"dimension":0}"#, "dimension"),
            (#"{"dimension":"12"}"#, "dimension"), (#"{"name":""}"#, "name"), ("[]", "object"), ("{", "JSON"),
        ])
    func refuses(json: String, mention: String) {
        let error = #expect(throws: SidecarError.self) { try Sidecar(json: Array(json.utf8)) }
        #expect(error?.message.contains(mention) == true)
    }

    @Test("items are found by label, with quotes, commas and line ends inside fields")
    func items() {
        let table = ItemTable(csv: "id,caption,note\r\n7,\"a, b\",\"say \"\"hi\"\"\"\r\n9,\"two\nlines\",x\n")
        #expect(table.row("7")?.map(\.value) == ["7", "a, b", "say \"hi\""])
        #expect(table.row("9")?.map(\.value) == ["9", "two\nlines", "x"])
        #expect(table.row("0") == nil)
        let numbered = ItemTable(csv: "caption\nfirst\nsecond")
        #expect(numbered.row("1")?.map(\.value) == ["second"])
        #expect(ItemTable(csv: "").isEmpty)
    }
}
