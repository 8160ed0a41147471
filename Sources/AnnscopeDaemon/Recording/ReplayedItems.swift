internal import OrderedCollections
internal import WireProtocol

/// The items of a recording as far as it was replayed, with their pictures, to answer `index.items`: of each index those of the newest revision.
/// When there are too many, the earlier half of an index goes.
struct ReplayedItems {
    private struct OfIndex {
        let revision: Int
        var items: OrderedDictionary<UInt32, Kept> = [:]
        var nodes: [WireLabel: UInt32] = [:]
        var bytes = 0
    }

    private struct Kept {
        let label: WireLabel
        let members: JSONObject
        let bytes: Int
    }

    private var indexes: [String: OfIndex] = [:]
    private var pictures = ReplayedPictures()
    private let maxItems: Int
    private let maxBytes: Int

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
        if told.revision > newest { indexes[told.index] = OfIndex(revision: told.revision) }
        for (item, members) in zip(told.items, shown) {
            let kept = Kept(label: item.label, members: members, bytes: item.byteCount + (item.media?.utf8.count ?? 0))
            let before = indexes[told.index]?.items.updateValue(kept, forKey: item.node)
            indexes[told.index]?.nodes[item.label] = item.node
            indexes[told.index]?.bytes += kept.bytes - (before?.bytes ?? 0)
        }
        while indexes.values.contains(where: { !$0.items.isEmpty }),
            indexes.values.reduce(0, { $0 + $1.items.count }) > maxItems
                || indexes.values.reduce(0, { $0 + $1.bytes }) > maxBytes
        { halve() }
        return shown
    }

    private mutating func halve() {
        guard let name = indexes.max(by: { $0.value.bytes < $1.value.bytes })?.key,
            let going = indexes[name].map({ $0.items.elements.prefix(($0.items.count + 1) / 2) })
        else { return }
        indexes[name]?.items.removeFirst(going.count)
        for (node, item) in going {
            indexes[name]?.bytes -= item.bytes
            if indexes[name]?.nodes[item.label] == node { indexes[name]?.nodes[item.label] = nil }
        }
    }

    /// - Parameter path: percent-decoded, from the slash on.
    func picture(_ path: String) -> RecordedPicture? { pictures.picture(path) }

    mutating func remove(index: String) { indexes[index] = nil }

    /// The answer to `index.items`: nodes that are not known are left out.
    ///
    /// - Parameter summary: of the index, as it is now.
    func reply(_ index: String, _ summary: JSONObject, labels: [WireLabel], nodes: [UInt32]) -> Reply {
        let known = indexes[index].flatMap { $0.revision == summary["revision"]?.offset ? $0 : nil }
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
}
