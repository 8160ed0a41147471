extension TOMLParser {
    mutating func item(depth: Int) throws(TOMLError) -> TOMLItem {
        let place = cursor.position
        guard depth < TOMLDocument.maxDepth else {
            throw cursor.error("values stand at most \(TOMLDocument.maxDepth) deep within each other")
        }
        let value: TOMLValue
        switch cursor.byte {
        case UInt8(ascii: "\""):
            value = .string(cursor.starts(with: "\"\"\"") ? try longBasicString() : try basicString())
        case UInt8(ascii: "'"):
            value = .string(cursor.starts(with: "'''") ? try longLiteralString() : try literalString())
        case UInt8(ascii: "["): value = .array(try array(depth: depth))
        case UInt8(ascii: "{"): value = .table(try inlineTable(depth: depth))
        default: value = try word()
        }
        return TOMLItem(value: value, position: place)
    }

    private mutating func array(depth: Int) throws(TOMLError) -> [TOMLItem] {
        cursor.advance()
        var items: [TOMLItem] = []
        while true {
            try cursor.skipLines()
            if cursor.byte == UInt8(ascii: "]") { break }
            items.append(try item(depth: depth + 1))
            try cursor.skipLines()
            if cursor.byte == UInt8(ascii: "]") { break }
            guard cursor.byte == UInt8(ascii: ",") else {
                throw cursor.error("',' or ']' should follow, not \(cursor.shown)")
            }
            cursor.advance()
        }
        cursor.advance()
        return items
    }

    private mutating func inlineTable(depth: Int) throws(TOMLError) -> [TOMLEntry] {
        cursor.advance()
        cursor.skipBlanks()
        var entries: [TOMLEntry] = []
        var values: Set<[String]> = []
        var tables: Set<[String]> = []
        if cursor.byte == UInt8(ascii: "}") {
            cursor.advance()
            return entries
        }
        while true {
            let start = cursor.position
            let (key, place) = try key()
            let above = (1..<key.count).map { Array(key.prefix($0)) }
            guard !tables.contains(key), !above.contains(where: values.contains), values.insert(key).inserted else {
                throw cursor.error("\(Self.text(key)) is there already", at: start)
            }
            tables.formUnion(above)
            entries.append(TOMLEntry(key: key, keyPosition: place, item: try assigned(depth: depth + 1)))
            cursor.skipBlanks()
            if cursor.byte == UInt8(ascii: "}") { break }
            guard cursor.byte == UInt8(ascii: ",") else {
                throw cursor.error("',' or '}' should follow, not \(cursor.shown)")
            }
            cursor.advance()
            cursor.skipBlanks()
        }
        cursor.advance()
        return entries
    }

    /// A number, `true` or `false`.
    private mutating func word() throws(TOMLError) -> TOMLValue {
        let place = cursor.position
        let start = cursor.index
        while let byte = cursor.byte,
            Self.isBare(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":")
        {
            cursor.advance()
        }
        let text = String(decoding: cursor.text(since: start), as: UTF8.self)
        guard text.utf8.count <= 100 else { throw cursor.error("\(text.prefix(60))… is no value", at: place) }
        switch text {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "": throw cursor.error("a value should stand here, not \(cursor.shown)")
        default: break
        }
        if let value = Self.integer(text) { return .integer(value) }
        if let value = Self.real(text) { return .real(value) }
        if text.wholeMatch(of: /[0-9]{4}-[0-9]{2}.*|[0-9]{2}:[0-9]{2}.*/) != nil {
            throw cursor.error("\(text) is a date or a time, which no option takes", at: place)
        }
        let isNumber = text.wholeMatch(of: /[+-]?[0-9_]+/) != nil
        throw cursor.error(
            isNumber
                ? "\(text) is no whole number of 64 bits as TOML writes it"
                : "\(text) is no value; a text stands in quotes: \"\(text)\"", at: place)
    }

    private static func integer(_ text: String) -> Int64? {
        let plain = text.filter { $0 != "_" }
        if text.wholeMatch(of: /[+-]?(0|[1-9](_?[0-9])*)/) != nil { return Int64(plain) }
        if text.wholeMatch(of: /0x[0-9A-Fa-f](_?[0-9A-Fa-f])*/) != nil { return Int64(plain.dropFirst(2), radix: 16) }
        if text.wholeMatch(of: /0o[0-7](_?[0-7])*/) != nil { return Int64(plain.dropFirst(2), radix: 8) }
        if text.wholeMatch(of: /0b[01](_?[01])*/) != nil { return Int64(plain.dropFirst(2), radix: 2) }
        return nil
    }

    private static func real(_ text: String) -> Double? {
        switch text {
        case "inf", "+inf": return .infinity
        case "-inf": return -.infinity
        case "nan", "+nan", "-nan": return .nan
        default: break
        }
        guard text.contains(where: { ".eE".contains($0) }) else { return nil }
        let whole = /[+-]?(0|[1-9](_?[0-9])*)(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?/
        return text.wholeMatch(of: whole) == nil ? nil : Double(text.filter { $0 != "_" })
    }
}
