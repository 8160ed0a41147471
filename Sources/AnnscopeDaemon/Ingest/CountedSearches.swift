internal import WireProtocol

/// Searches that have ended and are not told one by one: gathered for a moment, then told together.
struct CountedSearches {
    private struct Gathering {
        var rows: [SearchCounted.Row] = []
        let since: Duration
    }

    private let interval: Duration
    /// Rows of one event.
    private let maxRows: Int
    private var gathered: [String: Gathering] = [:]

    init(every interval: Duration, maxRows: Int = 4096) {
        self.interval = interval
        self.maxRows = maxRows
    }

    /// When `due` has something to tell; nil while nothing is gathered.
    var nextDue: Duration? {
        gathered.values.map { $0.rows.count >= maxRows ? $0.since : $0.since + interval }.min()
    }

    mutating func add(_ row: SearchCounted.Row, index: String, at now: Duration) {
        gathered[index, default: Gathering(since: now)].rows.append(row)
    }

    /// Adds how good a search was, if its row has not been told yet.
    mutating func measured(_ search: Int, index: String, recall: Double) {
        guard let place = gathered[index]?.rows.lastIndex(where: { $0.search == search }) else { return }
        gathered[index]?.rows[place].recall = Float(recall)
    }

    /// What is to be told now: each row is handed out once.
    mutating func due(at now: Duration) -> [(index: String, rows: [SearchCounted.Row])] {
        let names = gathered.filter { now >= $0.value.since + interval || $0.value.rows.count >= maxRows }.keys.sorted()
        return names.compactMap { name in gathered.removeValue(forKey: name).map { (name, $0.rows) } }
    }
}
