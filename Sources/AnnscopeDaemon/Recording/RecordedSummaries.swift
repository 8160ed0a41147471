internal import OrderedCollections
internal import WireProtocol

/// The summaries of a daemon's indexes as its messages bring them, so that each file of a recording can say what is there.
struct RecordedSummaries {
    private var summaries: OrderedDictionary<String, JSONValue> = [:]

    var json: JSONValue { .array(Array(summaries.values)) }

    /// Takes all that there are, as `initialize` and `index.list` tell.
    mutating func replace(with list: JSONValue?) {
        summaries = [:]
        guard case .array(let list)? = list else { return }
        for summary in list { add(summary) }
    }

    /// Whether the items of an index have more than their labels.
    func tellsOfItems(_ index: String) -> Bool {
        guard let summary = summaries[index] else { return false }
        if case .array(let columns)? = summary["columns"], !columns.isEmpty { return true }
        return summary["hasCaptions"] == .bool(true) || summary["hasMedia"] == .bool(true)
    }

    /// Takes an event of the stream `indexes`.
    mutating func apply(_ event: JSONValue) {
        if let summary = event["index"] { add(summary) }
        switch event["type"] {
        case .string("index.removed")?: remove(event["name"])
        // Without a revision that goes on answering nothing is there.
        case .string("index.failed")? where event["index"] == nil: remove(event["name"])
        default: break
        }
    }

    private mutating func add(_ summary: JSONValue) {
        if case .string(let name)? = summary["name"] { summaries[name] = summary }
    }

    private mutating func remove(_ name: JSONValue?) {
        if case .string(let name)? = name { summaries[name] = nil }
    }
}
