import Foundation
import TOMLText
import Testing

@Suite("TOML")
struct TOMLDocumentTests {
    private func read(_ text: String) throws -> TOMLDocument { try TOMLDocument(parsing: text.utf8) }

    private func error(_ text: String) -> TOMLError? {
        do { _ = try TOMLDocument(parsing: Array(text.utf8)) } catch { return error }
        return nil
    }

    @Test func `keys of tables are written out, and know their places`() throws {
        let document = try read("a = 1\n[b.c] # a comment\n  d.\"e f\" = [\"x\",\n 'y']\n")
        #expect(document.entries.map(\.key) == [["a"], ["b", "c", "d", "e f"]])
        #expect(document.entries.map(\.keyPosition.description) == ["1:1", "3:5"])
        #expect(document.headers.map(\.key) == [["b", "c"]])
        guard case .array(let items) = document.entries[1].item.value else {
            Issue.record("no array")
            return
        }
        #expect(items.map(\.value) == [.string("x"), .string("y")])
        #expect(items.map(\.position.description) == ["3:14", "4:2"])
    }

    @Test(arguments: [
        ("1_000", TOMLValue.integer(1000)), ("-0", .integer(0)), ("0xff", .integer(255)), ("0o17", .integer(15)),
        ("0b1_0", .integer(2)), ("1.5e3", .real(1500)), ("-inf", .real(-.infinity)), ("true", .boolean(true)),
        ("9223372036854775807", .integer(.max)), (#""\u00e9\n\"""#, .string("é\n\"")), ("'C:\\x'", .string("C:\\x")),
        ("\"\"\"\na\\\n   b\"\"\"\"", .string("ab\"")), ("'''\nx\ny'''", .string("x\ny")), ("[]", .array([])),
        ("{}", .table([])),
    ])
    func `a value is read`(_ text: String, _ value: TOMLValue) throws {
        #expect(try read("k = \(text)").entries.first?.item.value == value)
    }

    @Test(arguments: [
        ("a = 1\na = 2", "2:1: a is there already, at line 1"), ("[a]\n[a]", "2:1: [a] is there already"),
        ("a = 1\n[a]", "2:1: [a] is there already"), ("a = 1\n[a.b]", "2:1: a has a value already"),
        ("a.b = 1\n[a]", "2:1: [a] is there already"), ("[a.b]\n[a]\nb.c = 1", "3:1: a.b is a table of its own"),
        ("a = {b = 1, b.c = 2}", "1:13: b.c is there already"), ("a = ", "1:5: a value should stand here"),
        ("a = x", "1:5: x is no value; a text stands in quotes: \"x\""), ("é = 1", "1:1: a key should stand here"),
        ("'é' = 1 2", "1:9: the line should end here"), ("a = \"b", "1:5: the text that begins here has no end"),
        ("a = [1, 2", "1:10: ',' or ']' should follow"), ("a = 01", "1:5: 01 is no whole number"),
        ("a = 99999999999999999999", "1:5: 99999999999999999999 is no whole number"), ("a = 1__0", "1:5: 1__0 is no"),
        ("a = 1979-05-27", "1:5: 1979-05-27 is a date"), ("[[a]]", "1:1: an array of tables"),
        (#"a = "\ud800""#, "1:6: there is no such character"), (#"a = "\x""#, "1:6: \\ and 'x' stand for nothing"),
        ("a = \"\u{1}\"", "1:6: the control character 1"), ("a", "1:2: '=' should follow the key"),
        ("a = 1 # \u{7F}", "1:9: the control character 127"), ("[a", "1:3: ']' should end"),
    ])
    func `what is no TOML is refused at its place`(_ text: String, _ message: String) {
        #expect(error(text)?.description.hasPrefix(message) == true, "\(error(text)?.description ?? "it was taken")")
    }

    @Test func `depth and length have limits`() {
        #expect(error("a = " + String(repeating: "[", count: 100_000))?.message.contains("deep") == true)
        #expect(error("a = " + String(repeating: "{a=", count: 100_000))?.message.contains("deep") == true)
        #expect(
            error(Array(repeating: "a", count: 100).joined(separator: ".") + " = 1")?.message.contains("parts") == true)
        #expect(error("#" + String(repeating: " ", count: TOMLDocument.maxBytes))?.message.contains("bytes") == true)
        #expect(error("a = " + String(repeating: "1", count: 500_000))?.message.contains("is no value") == true)
    }

    @Test func `bytes that are no text are refused`() {
        #expect(throws: TOMLError.self) { try TOMLDocument(parsing: [0x61, 0x3D, 0x22, 0xFF, 0x22]) }
    }

    @Test func `broken texts never trap`() {
        let text = Array("a.b = [1, {x = \"y\\n\"}, '''z''']\n[t.'q'] # c\nk = \"\"\"\\\n v\"\"\"\nn = -0x1f_e2.5".utf8)
        var state: UInt64 = 7
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<3000 {
            var broken = text
            for _ in 0...random(3) { broken[random(broken.count)] = UInt8(random(256)) }
            _ = try? TOMLDocument(parsing: broken.prefix(random(broken.count + 1)))
        }
    }
}
