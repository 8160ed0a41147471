internal import DequeModule
internal import WireProtocol

/// The last searches, within a number and a memory; the oldest are forgotten first.
///
/// Searches that are only counted come by the hundred in a second: they have a half of the room, and those that were told one
/// by one have the other, so that what somebody saw in a list is still there when it is clicked. Of each index the searches on
/// the two newest revisions are kept, as each keeps its revision's vectors alive.
struct SearchHistory: Sendable {
    /// A part of the room.
    private struct Shelf: Sendable {
        var maxSearches: Int
        var maxBytes: Int
        var order: Deque<String> = []
        var bytes = 0

        var isFull: Bool { order.count > maxSearches || (bytes > maxBytes && order.count > 1) }
    }

    private var records: [String: SearchRecord] = [:]
    private var listed: Shelf
    private var counted: Shelf
    private var newest: [String: Int] = [:]

    /// - Parameters:
    ///   - maxSearches: of those told one by one, and of those only counted, each.
    ///   - maxBytes: of all.
    init(maxSearches: Int, maxBytes: Int) {
        listed = Shelf(maxSearches: maxSearches, maxBytes: maxBytes / 2)
        counted = listed
    }

    /// Takes other limits; what is beyond is forgotten.
    mutating func limit(maxSearches: Int, maxBytes: Int) {
        for isListed in [true, false] {
            change(isListed) { shelf in
                shelf.maxSearches = maxSearches
                shelf.maxBytes = maxBytes / 2
            }
            trim(isListed)
        }
    }

    subscript(id: String) -> SearchRecord? { records[id] }

    var count: Int { records.count }
    /// Memory of all records, about.
    var bytes: Int { listed.bytes + counted.bytes }

    /// Adds to a search what was found out later. It may be forgotten by then.
    mutating func add(_ recall: SearchRecall, to id: String) {
        guard var record = records.removeValue(forKey: id) else { return }
        change(record.isListed) { $0.bytes -= record.byteCount }
        record.recall = recall
        change(record.isListed) { $0.bytes += record.byteCount }
        records[id] = record
        trim(record.isListed)
    }

    mutating func add(_ record: SearchRecord) {
        let name = record.started.index
        if record.started.revision > newest[name] ?? 0 {
            newest[name] = record.started.revision
            forget { $0.started.index == name && $0.started.revision < record.started.revision - 1 }
        }
        records[record.started.search] = record
        change(record.isListed) { shelf in
            shelf.order.append(record.started.search)
            shelf.bytes += record.byteCount
        }
        trim(record.isListed)
    }

    /// Forgets the searches of an index, so that its bytes can go.
    mutating func forget(index name: String) {
        newest[name] = nil
        forget { $0.started.index == name }
    }

    private mutating func trim(_ isListed: Bool) {
        while isListed ? listed.isFull : counted.isFull {
            var oldest: String?
            change(isListed) { oldest = $0.order.popFirst() }
            guard let oldest, let record = records.removeValue(forKey: oldest) else { return }
            change(isListed) { $0.bytes -= record.byteCount }
        }
    }

    private mutating func forget(where isMeant: (SearchRecord) -> Bool) {
        let gone = records.filter { isMeant($0.value) }
        guard !gone.isEmpty else { return }
        for (id, record) in gone {
            records[id] = nil
            change(record.isListed) { $0.bytes -= record.byteCount }
        }
        for isListed in [true, false] { change(isListed) { shelf in shelf.order.removeAll { gone[$0] != nil } } }
    }

    private mutating func change(_ isListed: Bool, _ body: (inout Shelf) -> Void) {
        if isListed { body(&listed) } else { body(&counted) }
    }
}
