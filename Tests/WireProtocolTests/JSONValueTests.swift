import OrderedCollections
import Testing
import WireProtocol

@Suite("JSON values")
struct JSONValueTests {
    private func parse(_ text: String) throws(JSONError) -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test("a value comes back as it was written, keys in their order")
    func roundTrip() throws {
        let value: JSONValue = [
            "z": [1, -2.5, true, nil, "Grüße \u{1F600} \"quoted\"\n"], "a": ["inner": []],
            "wide": 9_007_199_254_740_993,
            "empty": "",
        ]
        #expect(try JSONValue(parsing: value.encoded()) == value)
        #expect(
            String(decoding: (["b": 1, "a": 2] as JSONValue).encoded(), as: UTF8.self) == #"{"b":1,"a":2}"#)
        for number in [0.1, 1e-40, 123_456.789, Double(Float(0.3))] {
            #expect(try JSONValue(parsing: JSONValue.number(number).encoded()) == .number(number))
        }
    }

    @Test("whatever is written, jansson reads the same back")
    func randomValues() throws {
        var random = SystemRandomNumberGenerator()
        func text() -> String {
            String(
                String.UnicodeScalarView(
                    (0..<Int.random(in: 0...12)).map { _ in
                        // Jansson takes no NUL.
                        Unicode.Scalar(UInt32.random(in: 1...(Bool.random() ? 0x7F : 0x10FFFF))) ?? "\u{2028}"
                    }))
        }
        func value(_ depth: Int) -> JSONValue {
            switch Int.random(in: 0...(depth > 4 ? 4 : 6), using: &random) {
            case 0: return .null
            case 1: return .bool(.random())
            case 2: return .integer([.random(in: .min ... .max), .min, .max, 0].randomElement() ?? 0)
            case 3:
                let number = Double(bitPattern: .random(in: 0...(.max)))
                return .number(number.isFinite ? number : 0.5)
            case 4: return .string(text())
            case 5: return .array((0..<Int.random(in: 0...5)).map { _ in value(depth + 1) })
            default:
                return .object(
                    JSONObject(
                        (0..<Int.random(in: 0...5)).map { _ in (text(), value(depth + 1)) }, uniquingKeysWith: { $1 }))
            }
        }
        for _ in 0..<3000 {
            let written = value(0)
            let read = try JSONValue(parsing: written.encoded())
            #expect(read == written, "\(String(decoding: written.encoded(), as: UTF8.self))")
            #expect(try JSONValue(parsing: written.encodedPretty()) == written)
        }
    }

    @Test("whatever must be escaped is, wherever it stands in a text")
    func escapes() throws {
        for byte in UInt8(1)...0xFF {
            for before in 0..<20 {
                let text =
                    String(repeating: "ä", count: before / 2) + String(repeating: "a", count: before % 2)
                    + String(UnicodeScalar(byte)) + "following"
                let written = JSONValue.string(text).encoded()
                #expect(written.allSatisfy { $0 >= 0x20 })
                #expect(try JSONValue(parsing: written) == .string(text))
            }
        }
    }

    @Test("what JSON has not becomes null")
    func notFinite() {
        #expect(
            String(decoding: JSONValue.array([.number(.nan), .number(.infinity)]).encoded(), as: UTF8.self)
                == "[null,null]")
    }

    @Test(
        "what is no JSON is refused with its place",
        arguments: [
            "", "{", "{\"a\":1,}", "[1 2]", "nul", "{\"a\":1,\"a\":2}", "[NaN]", "[1e999]", "[99999999999999999999]",
            "\"\\u0000\"", "[1] 2", "\u{FEFF}1", "[01]", "'a'",
        ])
    func refused(text: String) {
        let error = #expect(throws: JSONError.self) { try parse(text) }
        #expect(error?.message.isEmpty == false)
    }

    @Test("invalid UTF-8, deep nesting and long texts are refused")
    func limits() {
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
        #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: 100_000)) }
        let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
        #expect(throws: JSONError.self) { try parse(deep) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: Array("[1,2,3]".utf8), maxBytes: 6) }
    }
}
