/// Reads keys, tables and lines; values are in `TOMLParser+Values`.
struct TOMLParser {
    var cursor: TOMLCursor
    private let isText: Bool
    private var entries: [TOMLEntry] = []
    private var headers: [TOMLHeader] = []
    private var definitions: [[String]: Definition] = [:]

    /// How a name came to be, on which it depends what may be added to it.
    private struct Definition {
        enum Kind {
            /// By its own header.
            case header
            /// On the way to the header of another table.
            case above
            /// On the way of a dotted key.
            case dotted
            case value
        }
        var kind: Kind
        let position: TOMLPosition
    }

    init(_ bytes: [UInt8]) {
        cursor = TOMLCursor(bytes)
        isText = String(validating: bytes, as: UTF8.self) != nil
    }

    mutating func document() throws(TOMLError) -> ([TOMLEntry], [TOMLHeader]) {
        guard isText else { throw cursor.error("the file is no UTF-8 text") }
        // A byte order mark.
        if cursor.starts(with: "\u{FEFF}") { cursor.advance(3) }
        var table: [String] = []
        while true {
            try cursor.skipLines()
            guard let byte = cursor.byte else { return (entries, headers) }
            if byte == UInt8(ascii: "[") {
                table = try header()
            } else {
                let entry = try entry(in: table)
                entries.append(entry)
            }
            cursor.skipBlanks()
            try cursor.skipComment()
            guard cursor.byte == nil || cursor.skipLineEnd() else {
                throw cursor.error("the line should end here, but \(cursor.shown) follows")
            }
        }
    }

    private mutating func header() throws(TOMLError) -> [String] {
        let start = cursor.position
        cursor.advance()
        guard cursor.byte != UInt8(ascii: "[") else {
            throw cursor.error("an array of tables ([[…]]) is taken by no option", at: start)
        }
        cursor.skipBlanks()
        let (key, _) = try key()
        guard cursor.byte == UInt8(ascii: "]") else {
            throw cursor.error("']' should end the table's name, but \(cursor.shown) follows")
        }
        cursor.advance()
        for length in 1..<key.count where definitions[Array(key.prefix(length))]?.kind == .value {
            throw cursor.error("\(Self.text(key.prefix(length))) has a value already, and can be no table", at: start)
        }
        for length in 1..<key.count where definitions[Array(key.prefix(length))] == nil {
            definitions[Array(key.prefix(length))] = Definition(kind: .above, position: start)
        }
        if let earlier = definitions[key], earlier.kind != .above {
            throw cursor.error("[\(Self.text(key))] is there already, at line \(earlier.position.line)", at: start)
        }
        definitions[key] = Definition(kind: .header, position: start)
        headers.append(TOMLHeader(key: key, position: start))
        return key
    }

    private mutating func entry(in table: [String]) throws(TOMLError) -> TOMLEntry {
        let start = cursor.position
        let (name, place) = try key()
        let key = table + name
        for length in table.count + 1..<key.count {
            let part = Array(key.prefix(length))
            switch definitions[part]?.kind {
            case nil: definitions[part] = Definition(kind: .dotted, position: start)
            case .dotted: break
            case .value:
                throw cursor.error("\(Self.text(part)) has a value already, and can be no table", at: start)
            case .header, .above:
                throw cursor.error("\(Self.text(part)) is a table of its own; put this below its header", at: start)
            }
        }
        if let earlier = definitions[key] {
            throw cursor.error("\(Self.text(key)) is there already, at line \(earlier.position.line)", at: start)
        }
        definitions[key] = Definition(kind: .value, position: start)
        return TOMLEntry(key: key, keyPosition: place, item: try assigned(depth: 0))
    }

    /// What stands behind a key: `= value`.
    mutating func assigned(depth: Int) throws(TOMLError) -> TOMLItem {
        guard cursor.byte == UInt8(ascii: "=") else {
            throw cursor.error("'=' should follow the key, but \(cursor.shown) does")
        }
        cursor.advance()
        cursor.skipBlanks()
        return try item(depth: depth)
    }

    /// A key of one or several parts, and where the last of them begins. Blanks behind it are passed over.
    mutating func key() throws(TOMLError) -> (parts: [String], place: TOMLPosition) {
        var parts: [String] = []
        while true {
            let place = cursor.position
            guard parts.count < TOMLDocument.maxDepth else {
                throw cursor.error("a key has at most \(TOMLDocument.maxDepth) parts")
            }
            parts.append(try keyPart())
            cursor.skipBlanks()
            guard cursor.byte == UInt8(ascii: ".") else { return (parts, place) }
            cursor.advance()
            cursor.skipBlanks()
        }
    }

    private mutating func keyPart() throws(TOMLError) -> String {
        if cursor.byte == UInt8(ascii: "\"") { return try basicString() }
        if cursor.byte == UInt8(ascii: "'") { return try literalString() }
        let start = cursor.index
        while let byte = cursor.byte, Self.isBare(byte) { cursor.advance() }
        guard cursor.index > start else { throw cursor.error("a key should stand here, not \(cursor.shown)") }
        return String(decoding: cursor.text(since: start), as: UTF8.self)
    }

    static func isBare(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    static func text(_ key: some Sequence<String>) -> String { key.joined(separator: ".") }
}
