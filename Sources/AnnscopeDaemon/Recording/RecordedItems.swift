internal import OrderedCollections
public import WireProtocol

/// Items of one revision of an index, as a daemon told of them.
public struct RecordedItems: Sendable, Equatable {
    public let index: String
    public let revision: Int
    public let items: [RecordedItem]

    public init(index: String, revision: Int, items: [RecordedItem]) {
        self.index = index
        self.revision = revision
        self.items = items
    }

    /// - Parameter answer: to `index.items`; what can't be kept of it is left out, and what comes twice, by its label and by
    ///   its node, is there once.
    /// - Returns: nil when nothing remains.
    init?(index: String, answer: JSONValue) {
        guard let revision = answer["revision"]?.offset, case .array(let list)? = answer["items"] else { return nil }
        var nodes: Set<UInt32> = []
        let items = list.compactMap { try? RecordedItem(json: $0) }.filter { nodes.insert($0.node).inserted }
        guard !items.isEmpty else { return nil }
        self.init(index: index, revision: revision, items: items)
    }

    /// - Throws: `RecordingError` that says what is wrong with a line's `items`.
    init(recorded json: JSONValue) throws(RecordingError) {
        guard case .string(let index)? = json["index"], let revision = json["revision"]?.offset,
            case .array(let list)? = json["items"]
        else { throw RecordingError(message: "its items have no index, no revision or no list") }
        var items: [RecordedItem] = []
        for json in list { items.append(try RecordedItem(json: json)) }
        self.init(index: index, revision: revision, items: items)
    }

    var json: JSONValue {
        [
            "index": .string(index), "revision": .integer(Int64(revision)),
            "items": .array(items.map { .object($0.members) }),
        ]
    }
}

/// What `index.items` told of one vector.
public struct RecordedItem: Sendable, Equatable {
    public let node: UInt32
    public let label: WireLabel
    /// All that is known of it, and nothing that is not.
    let members: JSONObject
    /// Of the members as JSON.
    public let byteCount: Int

    /// An item with more text is refused: a recording may come from anybody.
    static let maxBytes = 64 << 10

    /// - Throws: `RecordingError` for what is no item, or has too much text.
    init(json: JSONValue) throws(RecordingError) {
        guard let node = json["node"]?.offset.flatMap({ UInt32(exactly: $0) }), let said = json["label"],
            let label = WireLabel(json: said)
        else { throw RecordingError(message: "one of its items has no node or no label") }
        var members: JSONObject = ["label": said, "node": .integer(Int64(node))]
        for name in ["caption", "category"] {
            if case .string(let text)? = json[name] { members[name] = .string(text) }
        }
        if case .object(let fields)? = json["fields"] {
            members["fields"] = .object(fields.filter { if case .string = $0.value { true } else { false } })
        }
        self.node = node
        self.label = label
        self.members = members
        byteCount = JSONValue.object(members).encoded().count
        guard byteCount <= Self.maxBytes else {
            throw RecordingError(message: "one of its items has more than \(Self.maxBytes) bytes")
        }
    }
}
