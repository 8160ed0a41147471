extension TOMLParser {
    mutating func basicString() throws(TOMLError) -> String {
        let start = cursor.position
        cursor.advance()
        var text: [UInt8] = []
        while true {
            switch cursor.byte {
            case nil, UInt8(ascii: "\n"):
                throw cursor.error("the text that begins here has no end on its line", at: start)
            case UInt8(ascii: "\""):
                cursor.advance()
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case let byte?: try take(byte, into: &text)
            }
        }
    }

    mutating func literalString() throws(TOMLError) -> String {
        let start = cursor.position
        cursor.advance()
        var text: [UInt8] = []
        while true {
            switch cursor.byte {
            case nil, UInt8(ascii: "\n"):
                throw cursor.error("the text that begins here has no end on its line", at: start)
            case UInt8(ascii: "'"):
                cursor.advance()
                return String(decoding: text, as: UTF8.self)
            case let byte?: try take(byte, into: &text)
            }
        }
    }

    mutating func longBasicString() throws(TOMLError) -> String {
        try longString(UInt8(ascii: "\"")) { (parser, text) throws(TOMLError) in
            guard parser.cursor.byte == UInt8(ascii: "\\") else { return false }
            if !parser.skipJoin() { try parser.escape(into: &text) }
            return true
        }
    }

    mutating func longLiteralString() throws(TOMLError) -> String {
        try longString(UInt8(ascii: "'")) { (_, _) throws(TOMLError) in false }
    }

    /// A text in three quotes. The first end of a line in it does not count, and up to two quotes may stand before the
    /// last three.
    private mutating func longString(
        _ quote: UInt8, special: (inout TOMLParser, inout [UInt8]) throws(TOMLError) -> Bool
    ) throws(TOMLError) -> String {
        let start = cursor.position
        cursor.advance(3)
        _ = cursor.skipLineEnd()
        var text: [UInt8] = []
        while let byte = cursor.byte {
            if byte == quote {
                var count = 0
                while count < 5, cursor.byte(after: count) == quote { count += 1 }
                cursor.advance(count)
                if count >= 3 {
                    text += [UInt8](repeating: quote, count: count - 3)
                    return String(decoding: text, as: UTF8.self)
                }
                text += [UInt8](repeating: quote, count: count)
            } else if cursor.skipLineEnd() {
                text.append(UInt8(ascii: "\n"))
            } else if try !special(&self, &text) {
                try take(byte, into: &text)
            }
        }
        throw cursor.error("the text that begins here has no end", at: start)
    }

    private mutating func take(_ byte: UInt8, into text: inout [UInt8]) throws(TOMLError) {
        try cursor.check(byte)
        text.append(byte)
        cursor.advance()
    }

    /// Passes over a backslash at the end of a line, and the white space behind it.
    private mutating func skipJoin() -> Bool {
        var ahead = cursor
        ahead.advance()
        ahead.skipBlanks()
        guard ahead.skipLineEnd() else { return false }
        repeat { ahead.skipBlanks() } while ahead.skipLineEnd()
        cursor = ahead
        return true
    }

    private mutating func escape(into text: inout [UInt8]) throws(TOMLError) {
        let start = cursor.position
        cursor.advance()
        let sign = cursor.byte
        let plain: UInt8
        switch sign {
        case UInt8(ascii: "b"): plain = 8
        case UInt8(ascii: "t"): plain = 9
        case UInt8(ascii: "n"): plain = 10
        case UInt8(ascii: "f"): plain = 12
        case UInt8(ascii: "r"): plain = 13
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): plain = sign ?? 0
        case UInt8(ascii: "u"): return try character(digits: 4, start, into: &text)
        case UInt8(ascii: "U"): return try character(digits: 8, start, into: &text)
        default: throw cursor.error("\\ and \(cursor.shown) stand for nothing; \\\\ is a backslash", at: start)
        }
        text.append(plain)
        cursor.advance()
    }

    private mutating func character(
        digits: Int, _ start: TOMLPosition, into text: inout [UInt8]
    ) throws(TOMLError) {
        cursor.advance()
        var code: UInt32 = 0
        for _ in 0..<digits {
            guard let byte = cursor.byte, let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                throw cursor.error("\(digits) hexadecimal digits should follow", at: start)
            }
            code = code << 4 | UInt32(digit)
            cursor.advance()
        }
        guard let scalar = UnicodeScalar(code) else { throw cursor.error("there is no such character", at: start) }
        text += Array(String(Character(scalar)).utf8)
    }
}
