/// Walks over the bytes of a text and knows the line and column.
struct TOMLCursor {
    private let bytes: [UInt8]
    private(set) var index = 0
    private(set) var position = TOMLPosition(line: 1, column: 1)

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The byte at hand; nil at the end.
    var byte: UInt8? { byte(after: 0) }

    func byte(after distance: Int) -> UInt8? { index + distance < bytes.count ? bytes[index + distance] : nil }

    func starts(with text: StaticString) -> Bool {
        text.withUTF8Buffer { wanted in
            index + wanted.count <= bytes.count && bytes[index..<index + wanted.count].elementsEqual(wanted)
        }
    }

    func text(since start: Int) -> ArraySlice<UInt8> { bytes[start..<index] }

    mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\n") {
                position = TOMLPosition(line: position.line + 1, column: 1)
            } else if byte & 0xC0 != 0x80 {
                position = TOMLPosition(line: position.line, column: position.column + 1)
            }
        }
    }

    func error(_ message: String, at place: TOMLPosition? = nil) -> TOMLError {
        TOMLError(position: place ?? position, message: message)
    }

    /// What stands here, as it can be shown.
    var shown: String {
        guard let byte else { return "the end of the file" }
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): return "the end of the line"
        case 0x21...0x7E: return "'\(Character(UnicodeScalar(byte)))'"
        default: return "the byte \(byte)"
        }
    }

    mutating func skipBlanks() {
        while byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { advance() }
    }

    /// Passes over a comment, if there is one.
    mutating func skipComment() throws(TOMLError) {
        guard byte == UInt8(ascii: "#") else { return }
        while let byte, byte != UInt8(ascii: "\n"), !starts(with: "\r\n") {
            try check(byte)
            advance()
        }
    }

    /// Passes over blanks, comments and the ends of lines.
    mutating func skipLines() throws(TOMLError) {
        while true {
            skipBlanks()
            try skipComment()
            guard skipLineEnd() else { return }
        }
    }

    mutating func skipLineEnd() -> Bool {
        guard byte == UInt8(ascii: "\n") || starts(with: "\r\n") else { return false }
        advance(byte == UInt8(ascii: "\n") ? 1 : 2)
        return true
    }

    /// - Throws: for a control character.
    func check(_ byte: UInt8) throws(TOMLError) {
        guard byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") else {
            throw error("the control character \(byte) may not stand here")
        }
    }
}
