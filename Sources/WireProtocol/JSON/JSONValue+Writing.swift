internal import OrderedCollections

/// The writer of all messages. jansson builds a tree of its own first, which takes many times as long: too much for what is
/// written a thousand times in a second. The tests have jansson read back what is written here.
extension JSONValue {
    /// Appends the compact text (RFC 8259), in the order of the keys. Numbers have the fewest digits that come back the
    /// same; NaN and infinities, which JSON has not, become null.
    func append(to text: inout [UInt8]) {
        switch self {
        case .null: text += "null".utf8
        case .bool(let value): text += (value ? "true" : "false").utf8
        case .integer(let value): Column.integer(Int(value), &text)
        case .number(let value): text += value.isFinite ? value.description.utf8 : "null".utf8
        case .string(let value): Self.append(value, to: &text)
        case .array(let elements):
            text.append(UInt8(ascii: "["))
            for (place, element) in elements.enumerated() {
                if place > 0 { text.append(UInt8(ascii: ",")) }
                element.append(to: &text)
            }
            text.append(UInt8(ascii: "]"))
        case .object(let members):
            text.append(UInt8(ascii: "{"))
            Self.append(members, isFirst: true, to: &text)
            text.append(UInt8(ascii: "}"))
        }
    }

    /// Appends the members of an object without its braces.
    ///
    /// - Parameter isFirst: nothing stands before them.
    static func append(_ members: JSONObject, isFirst: Bool, to text: inout [UInt8]) {
        var isFirst = isFirst
        for (key, value) in members {
            if !isFirst { text.append(UInt8(ascii: ",")) }
            isFirst = false
            append(key, to: &text)
            text.append(UInt8(ascii: ":"))
            value.append(to: &text)
        }
    }

    /// Appends a text in quotes.
    static func append(_ value: String, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\""))
        var value = value
        value.withUTF8 { bytes in
            var start = 0
            while let place = firstEscape(in: bytes, from: start) {
                text += bytes[start..<place]
                escape(bytes[place], to: &text)
                start = place + 1
            }
            text += bytes[start...]
        }
        text.append(UInt8(ascii: "\""))
    }

    /// The place of the first byte that can't stand in quotes as it is. Looks at eight at a time, as most texts have none:
    /// a byte is below another if its top bit is set by their difference and not before ("Bit Twiddling Hacks", Anderson).
    private static func firstEscape(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        let each: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(bytes)
        var place = start
        while place + 8 <= bytes.count {
            let word = raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            let quotes = word ^ (each &* UInt64(UInt8(ascii: "\"")))
            let backslashes = word ^ (each &* UInt64(UInt8(ascii: "\\")))
            let found =
                ((word &- each &* 0x20) & ~word) | ((quotes &- each) & ~quotes)
                | ((backslashes &- each) & ~backslashes)
            if found & (each &* 0x80) != 0 { break }
            place += 8
        }
        return bytes[place...].firstIndex(where: needsEscape)
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func escape(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: text.append(UInt8(ascii: "b"))
        case 0x09: text.append(UInt8(ascii: "t"))
        case 0x0A: text.append(UInt8(ascii: "n"))
        case 0x0C: text.append(UInt8(ascii: "f"))
        case 0x0D: text.append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text.append(byte)
        default:
            let digits = Array("0123456789ABCDEF".utf8)
            text += "u00".utf8
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
    }
}
