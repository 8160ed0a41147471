public import OrderedCollections

/// An event of a stream: a few members, and columns where there are many numbers.
public struct StreamEvent: Sendable, Equatable {
    /// `search.started`, `layout.nodes`, …
    public let type: String
    /// In a state stream, an event replaces the earlier one of its key.
    public let key: String?
    public let members: JSONObject
    public let columns: [NamedColumn]

    public struct NamedColumn: Sendable, Equatable {
        public let name: String
        public let column: Column

        public init(name: String, column: Column) {
            self.name = name
            self.column = column
        }
    }

    public init(_ type: String, key: String? = nil, _ members: JSONObject, columns: KeyValuePairs<String, Column> = [:])
    {
        self.init(type, key: key, members, columns: columns.map { NamedColumn(name: $0.key, column: $0.value) })
    }

    public init(_ type: String, key: String? = nil, _ members: JSONObject, columns: [NamedColumn]) {
        self.type = type
        self.key = key
        self.members = members
        self.columns = columns
    }

    /// Bytes of its columns' values.
    public var columnBytes: Int { columns.reduce(0) { $0 + $1.column.byteCount } }

    /// The event as one JSON object.
    public func encoded(_ mode: ColumnMode) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(256 + columnBytes * 4)
        text += "{\"type\":".utf8
        JSONValue.append(type, to: &text)
        if let key {
            text += ",\"key\":".utf8
            JSONValue.append(key, to: &text)
        }
        JSONValue.append(members, isFirst: false, to: &text)
        for named in columns {
            text.append(contentsOf: ",\"\(named.name)\":".utf8)
            named.column.append(to: &text, mode)
        }
        text.append(UInt8(ascii: "}"))
        return text
    }
}
