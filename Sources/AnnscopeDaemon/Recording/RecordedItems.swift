internal import Foundation
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
            "items": .array(items.map { .object($0.recorded) }),
        ]
    }
}

/// What `index.items` told of one vector.
public struct RecordedItem: Sendable, Equatable {
    public let node: UInt32
    public let label: WireLabel
    /// All that is known of it, and nothing that is not, but its picture.
    let members: JSONObject
    /// Where the daemon has its picture, relative to the page.
    let media: String?
    private(set) var picture: RecordedPicture?
    /// Of the members as JSON.
    let byteCount: Int

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
        media = if case .string(let path)? = json["media"], Self.isPicture(path) { path } else { nil }
        if let said = json["picture"] {
            guard media != nil, case .string(let text) = said, text.utf8.count <= RecordedPicture.maxBytes * 2,
                let file = Data(base64Encoded: text), let picture = RecordedPicture([UInt8](file))
            else { throw RecordingError(message: "the picture of one of its items can't be read") }
            self.picture = picture
        }
        self.node = node
        self.label = label
        self.members = members
        byteCount = JSONValue.object(members).encoded().count
        guard byteCount <= Self.maxBytes else {
            throw RecordingError(message: "one of its items has more than \(Self.maxBytes) bytes")
        }
    }

    private static func isPicture(_ path: String) -> Bool {
        path.hasPrefix("media/") && path.utf8.count <= 2000 && path.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    func with(_ picture: RecordedPicture?) -> RecordedItem {
        var item = self
        item.picture = picture
        return item
    }

    /// As it stands in a recording.
    var recorded: JSONObject {
        var members = members
        members["media"] = media.map { .string($0) }
        if let picture { members["picture"] = .string(Data(picture.bytes).base64EncodedString()) }
        return members
    }

    /// As a viewer gets it.
    ///
    /// - Parameter withPicture: it can be asked for.
    func shown(withPicture: Bool) -> JSONObject {
        var members = members
        if withPicture { members["media"] = media.map { .string($0) } }
        return members
    }
}
