internal import OrderedCollections
internal import WireProtocol

/// The searches of a recording as far as it was replayed, to answer `search.trace`; the oldest are forgotten first.
struct ReplayedSearches {
    private struct Search {
        let started: JSONObject
        var finished: JSONObject?
        var place: JSONValue?
        var recall: JSONValue?
        var columns: OrderedDictionary<String, Column> = [:]
        /// Steps that came.
        var count = 0
        /// Some of its steps are lost.
        var isIncomplete = false

        var columnBytes: Int { columns.values.reduce(0) { $0 + $1.byteCount } }

        /// All its steps came that the daemon recorded.
        var isWhole: Bool {
            guard !isIncomplete, finished?["truncated"] != .bool(true) else { return !isIncomplete }
            guard let total = finished?["events"]?.offset else { return true }
            return count >= total
        }
    }

    private var searches: OrderedDictionary<String, Search> = [:]
    private var bytes = 0
    private let maxSearches: Int
    private let maxBytes: Int

    init(maxSearches: Int = 1000, maxBytes: Int = 128 << 20) {
        self.maxSearches = maxSearches
        self.maxBytes = maxBytes
    }

    mutating func apply(_ event: StreamEvent) {
        guard case .string(let id)? = event.members["search"] else { return }
        var members = event.members
        members["search"] = nil
        switch event.type {
        case "search.started":
            if let old = searches.removeValue(forKey: id) { bytes -= old.columnBytes }
            var started = event.members
            started["search"] = .string(id)
            searches[id] = Search(started: started)
        case "search.steps":
            guard let before = searches[id] else { return }
            // Steps behind a gap belong to another place than they would get.
            guard !before.isIncomplete, event.members["first"]?.offset == before.count,
                let kinds = event.columns.first(where: { $0.name == "kind" })
            else {
                searches[id]?.isIncomplete = true
                return
            }
            for named in event.columns {
                let column = before.columns[named.name]
                searches[id]?.columns[named.name] = column?.appending(named.column) ?? named.column
            }
            searches[id]?.count += kinds.column.count
            bytes += (searches[id]?.columnBytes ?? 0) - before.columnBytes
        case "search.place": searches[id]?.place = .object(members)
        case "search.finished": searches[id]?.finished = event.members
        case "search.recall":
            for key in ["index", "revision"] { members[key] = nil }
            searches[id]?.recall = .object(members)
        default: break
        }
        while searches.count > maxSearches || (bytes > maxBytes && searches.count > 1) {
            bytes -= searches.removeFirst().value.columnBytes
        }
    }

    /// The answer to `search.trace`.
    func trace(of id: String, _ mode: ColumnMode) throws(RPCError) -> Reply {
        guard let search = searches[id] else {
            throw RPCError(.notFound, "the recording has no search \"\(id.prefix(100))\" so far, or only its count")
        }
        guard let finished = search.finished, !search.columns.isEmpty else {
            throw RPCError(.notFound, "the steps of search \"\(id.prefix(100))\" were not recorded")
        }
        guard search.isWhole else {
            throw RPCError(.notFound, "some steps of search \"\(id.prefix(100))\" are missing in the recording")
        }
        var members = finished
        members["started"] = .object(search.started)
        members["place"] = search.place
        members["recall"] = search.recall
        return Reply(
            members, columns: search.columns.map { StreamEvent.NamedColumn(name: $0.key, column: $0.value) },
            nestedIn: "columns", mode: mode)
    }
}

extension Column {
    /// How many values it has.
    fileprivate var count: Int {
        switch self {
        case .u8(let values): values.count
        case .i16(let values): values.count
        case .u16(let values): values.count
        case .u32(let values): values.count
        case .f32(let values): values.count
        }
    }

    /// nil for one of another type.
    fileprivate func appending(_ other: Column) -> Column? {
        switch (self, other) {
        case (.u8(let first), .u8(let second)): .u8(first + second)
        case (.i16(let first), .i16(let second)): .i16(first + second)
        case (.u16(let first), .u16(let second)): .u16(first + second)
        case (.u32(let first), .u32(let second)): .u32(first + second)
        case (.f32(let first), .f32(let second)): .f32(first + second)
        default: nil
        }
    }
}
