/// A place in a text, as editors count it: lines and characters (Unicode scalars) from 1.
public struct TOMLPosition: Sendable, Equatable, CustomStringConvertible {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public var description: String { "\(line):\(column)" }
}

/// Why a text is no TOML, and where that shows.
public struct TOMLError: Error, Sendable, Equatable, CustomStringConvertible {
    public let position: TOMLPosition
    public let message: String
    public var description: String { "\(position): \(message)" }
}

/// A value, and where it begins.
public struct TOMLItem: Sendable, Equatable {
    public let value: TOMLValue
    public let position: TOMLPosition
}

public enum TOMLValue: Sendable, Equatable {
    case string(String)
    case integer(Int64)
    case real(Double)
    case boolean(Bool)
    case array([TOMLItem])
    /// An inline table.
    case table([TOMLEntry])
}

/// A key with its value. Keys of tables are written out: `b = 1` below `[a]` has the key `a.b`.
public struct TOMLEntry: Sendable, Equatable {
    public let key: [String]
    /// Where the key's own part (`b`) begins.
    public let keyPosition: TOMLPosition
    public let item: TOMLItem

    public init(key: [String], keyPosition: TOMLPosition, item: TOMLItem) {
        self.key = key
        self.keyPosition = keyPosition
        self.item = item
    }
}

/// The header of a table, such as `[a]`.
public struct TOMLHeader: Sendable, Equatable {
    public let key: [String]
    public let position: TOMLPosition
}

/// A text in [TOML 1.0](https://toml.io/en/v1.0.0), with the place of each key and value, which the messages about a
/// configuration need. Left out, and refused by name, is what no configuration of ours has: dates, times and arrays of
/// tables.
public struct TOMLDocument: Sendable, Equatable {
    /// In the order of the text.
    public let entries: [TOMLEntry]
    public let headers: [TOMLHeader]

    /// Bytes of a text; a longer one is refused.
    public static let maxBytes = 1 << 20
    /// Arrays and inline tables within each other, and parts of a key.
    public static let maxDepth = 16

    /// - Throws: `TOMLError` at the first place where the text is none.
    public init(parsing text: some Collection<UInt8>) throws(TOMLError) {
        guard text.count <= Self.maxBytes else {
            throw TOMLError(
                position: TOMLPosition(line: 1, column: 1),
                message: "the file has \(text.count) bytes; \(Self.maxBytes) are read at most")
        }
        var parser = TOMLParser(Array(text))
        (entries, headers) = try parser.document()
    }
}
