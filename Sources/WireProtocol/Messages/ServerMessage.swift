public import OrderedCollections

/// The messages of the daemon, as bytes.
public enum ServerMessage {
    /// The answer to a request.
    public static func reply(to id: JSONValue, _ result: Result<Reply, RPCError>) -> [UInt8] {
        switch result {
        case .success(let reply): return reply.encoded(as: id)
        case .failure(let error): return JSONValue.object(["jsonrpc": "2.0", "id": id, "error": error.json]).encoded()
        }
    }

    /// `stream.events`: events that are encoded already, in the order of their offsets.
    ///
    /// - Parameters:
    ///   - offset: of the first event.
    ///   - last: of the last event. In a replay stream that is `offset + events.count − 1`; a state stream may skip.
    ///   - isSnapshot: the events are of before the subscription.
    public static func events(
        stream: StreamName, offset: Int, last: Int, isSnapshot: Bool, _ events: [[UInt8]]
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(events.reduce(160) { $0 + $1.count + 1 })
        text.append(contentsOf: #"{"jsonrpc":"2.0","method":"stream.events","params":{"stream":"#.utf8)
        text.append(contentsOf: JSONValue.string(stream.text).encoded())
        text.append(contentsOf: ",\"offset\":\(offset),\"last\":\(last)".utf8)
        if isSnapshot { text.append(contentsOf: ",\"snapshot\":true".utf8) }
        text.append(contentsOf: ",\"events\":[".utf8)
        for (place, event) in events.enumerated() {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            text.append(contentsOf: event)
        }
        text.append(contentsOf: "]}}".utf8)
        return text
    }

    /// `stream.gap`: the events from one offset up to, not including, another are lost to this viewer.
    public static func gap(stream: StreamName, from: Int, to: Int, reason: String) -> [UInt8] {
        JSONValue.object([
            "jsonrpc": "2.0", "method": "stream.gap",
            "params": [
                "stream": .string(stream.text), "from": .integer(Int64(from)), "to": .integer(Int64(to)),
                "reason": .string(reason),
            ],
        ]).encoded()
    }
}

/// The result of a request: members, and columns where there are many numbers.
public struct Reply: Sendable, Equatable {
    public let members: JSONObject
    public let columns: [StreamEvent.NamedColumn]
    /// The key of the object that holds the columns; nil puts them beside the members.
    public let nestedIn: String?
    /// Columns that stand beside the members, wherever the others are.
    public let columnsBeside: [StreamEvent.NamedColumn]
    public let mode: ColumnMode
    /// The whole result, if it was encoded before.
    private let text: [UInt8]?

    /// A result that was encoded before.
    public init(encoded text: [UInt8]) {
        members = [:]
        columns = []
        nestedIn = nil
        columnsBeside = []
        mode = .arrays
        self.text = text
    }

    public init(
        _ members: JSONObject, columns: KeyValuePairs<String, Column> = [:], nestedIn: String? = nil,
        mode: ColumnMode = .arrays
    ) {
        self.init(
            members, columns: columns.map { StreamEvent.NamedColumn(name: $0.key, column: $0.value) },
            nestedIn: nestedIn, mode: mode)
    }

    public init(
        _ members: JSONObject, columns: [StreamEvent.NamedColumn], nestedIn: String? = nil,
        beside columnsBeside: [StreamEvent.NamedColumn] = [], mode: ColumnMode = .arrays
    ) {
        self.members = members
        self.columns = columns
        self.nestedIn = nestedIn
        self.columnsBeside = columnsBeside
        self.mode = mode
        text = nil
    }

    /// The result object alone, as HTTP answers it.
    public func encoded() -> [UInt8] {
        if let text { return text }
        var text = JSONValue.object(members).encoded()
        guard !columns.isEmpty || !columnsBeside.isEmpty else { return text }
        text.removeLast()
        for named in columnsBeside { append(named, to: &text) }
        if let nestedIn, !columns.isEmpty { append(key: nestedIn, to: &text, UInt8(ascii: "{")) }
        for named in columns { append(named, to: &text) }
        text.append(contentsOf: (nestedIn == nil || columns.isEmpty ? "}" : "}}").utf8)
        return text
    }

    private func append(_ named: StreamEvent.NamedColumn, to text: inout [UInt8]) {
        append(key: named.name, to: &text)
        named.column.append(to: &text, mode)
    }

    /// Appends a key with its colon, and what follows that at once.
    private func append(key: String, to text: inout [UInt8], _ next: UInt8? = nil) {
        if text.last != UInt8(ascii: "{") { text.append(UInt8(ascii: ",")) }
        text.append(contentsOf: "\"\(key)\":".utf8)
        if let next { text.append(next) }
    }

    func encoded(as id: JSONValue) -> [UInt8] {
        var text = Array(#"{"jsonrpc":"2.0","id":"#.utf8)
        text.append(contentsOf: id.encoded())
        text.append(contentsOf: ",\"result\":".utf8)
        text.append(contentsOf: encoded())
        text.append(UInt8(ascii: "}"))
        return text
    }
}
