internal import OrderedCollections
internal import WireProtocol

/// The items of a recording as far as it was replayed, with their pictures, to answer what is asked of items: of each index
/// those of the newest revision. When there are too many, the earlier half of an index goes.
struct ReplayedItems {
    private struct OfIndex {
        let revision: Int
        var items: OrderedDictionary<UInt32, Kept> = [:]
        var nodes: [WireLabel: UInt32] = [:]
        var bytes = 0
    }

    fileprivate struct Kept {
        let label: WireLabel
        /// As viewers get it.
        let members: JSONObject
        let bytes: Int
    }

    private var indexes: [String: OfIndex] = [:]
    /// Of all indexes.
    private var count = 0
    private var bytes = 0
    private var pictures = ReplayedPictures()
    private let maxItems: Int
    private let maxBytes: Int

    /// As many are found at most.
    private static let maxFound = 10_000

    init(maxItems: Int = 200_000, maxBytes: Int = 64 << 20) {
        self.maxItems = maxItems
        self.maxBytes = maxBytes
    }

    /// - Returns: the items as viewers get them.
    mutating func add(_ told: RecordedItems) -> [JSONObject] {
        pictures.add(told)
        let shown = told.items.map { $0.shown(withPicture: pictures.holds($0)) }
        let newest = indexes[told.index]?.revision ?? -1
        guard told.revision >= newest else { return shown }
        if told.revision > newest {
            remove(index: told.index)
            indexes[told.index] = OfIndex(revision: told.revision)
        }
        for (item, members) in zip(told.items, shown) {
            let kept = Kept(label: item.label, members: members, bytes: item.byteCount + (item.media?.utf8.count ?? 0))
            if let before = indexes[told.index]?.items.updateValue(kept, forKey: item.node) {
                forget(before, item.node, in: told.index)
            }
            indexes[told.index]?.nodes[item.label] = item.node
            indexes[told.index]?.bytes += kept.bytes
            bytes += kept.bytes
            count += 1
        }
        while count > maxItems || bytes > maxBytes { halve() }
        return shown
    }

    /// An item was taken out.
    private mutating func forget(_ item: Kept, _ node: UInt32, in index: String) {
        if indexes[index]?.nodes[item.label] == node { indexes[index]?.nodes[item.label] = nil }
        indexes[index]?.bytes -= item.bytes
        bytes -= item.bytes
        count -= 1
    }

    private mutating func halve() {
        guard let (name, most) = indexes.max(by: { $0.value.bytes < $1.value.bytes }) else { return }
        let going = most.items.elements.prefix((most.items.count + 1) / 2)
        indexes[name]?.items.removeFirst(going.count)
        for (node, item) in going { forget(item, node, in: name) }
    }

    mutating func remove(index: String) {
        guard let gone = indexes.removeValue(forKey: index) else { return }
        bytes -= gone.bytes
        count -= gone.items.count
    }

    /// - Parameter path: percent-decoded, from the slash on.
    func picture(_ path: String) -> RecordedPicture? { pictures.picture(path) }

    /// The answer to `index.items`: nodes that are not known are left out.
    ///
    /// - Parameter summary: of the index, as it is now.
    func reply(_ index: String, _ summary: JSONObject, labels: [WireLabel], nodes: [UInt32]) -> Reply {
        let known = known(of: index, summary)
        var found: [JSONValue] = []
        var missing: [JSONValue] = []
        for label in labels {
            if let item = known?.nodes[label].flatMap({ known?.items[$0] }), item.label == label {
                found.append(.object(item.members))
            } else {
                missing.append(label.json(asText: summary["labels"] == "strings"))
            }
        }
        for node in nodes { if let item = known?.items[node] { found.append(.object(item.members)) } }
        return Reply([
            "revision": summary["revision"] ?? 0, "items": .array(found), "missing": .array(missing),
        ])
    }

    /// The answer to `index.find`, among those that are known: the item whose label it is, then those with a text that holds it.
    func reply(_ index: String, _ summary: JSONObject, finding text: String, limit: Int) -> Reply {
        let known = known(of: index, summary)
        let part = FoldedText(text)
        let node = WireLabel(text).flatMap { known?.nodes[$0] }
        var found = node.flatMap { known?.items[$0] }.map { [$0.members] } ?? []
        var isComplete = true
        for (other, item) in known?.items ?? [:] where other != node && item.holds(part) {
            guard found.count < Self.maxFound else {
                isComplete = false
                break
            }
            found.append(item.members)
        }
        return Reply([
            "revision": summary["revision"] ?? 0, "items": .array(found.prefix(limit).map { .object($0) }),
            "total": .integer(Int64(found.count)), "truncated": .bool(!isComplete),
        ])
    }

    private func known(of index: String, _ summary: JSONObject) -> OfIndex? {
        indexes[index].flatMap { $0.revision == summary["revision"]?.offset ? $0 : nil }
    }
}

extension ReplayedItems.Kept {
    fileprivate func holds(_ part: FoldedText) -> Bool {
        members.contains { name, value in
            switch value {
            case .string(let text): ["caption", "category"].contains(name) && part.isPart(of: text)
            case .object(let fields):
                fields.values.contains { if case .string(let text) = $0 { part.isPart(of: text) } else { false } }
            default: false
            }
        }
    }
}
