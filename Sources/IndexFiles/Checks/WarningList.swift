/// Collects warnings. A fault that a million nodes share is listed once, at its first place, with the number of places.
struct WarningList {
    private struct Entry {
        let field: String
        let offset: Int?
        let message: String
        var places = 1
    }

    private var entries: [Entry] = []
    private var positions: [String: Int] = [:]

    mutating func add(_ field: String, offset: Int? = nil, _ message: String) {
        entries.append(Entry(field: field, offset: offset, message: message))
    }

    /// Adds the first fault of a kind and counts the others. `make` builds field, offset and message of the first.
    mutating func count(_ kind: String, _ make: () -> (field: String, offset: Int, message: String)) {
        if let position = positions[kind] {
            entries[position].places += 1
        } else {
            let (field, offset, message) = make()
            positions[kind] = entries.count
            add(field, offset: offset, message)
        }
    }

    var all: [IndexFileWarning] {
        entries.map { entry in
            let others = entry.places > 1 ? " (and in \(entry.places - 1) more places)" : ""
            return IndexFileWarning(field: entry.field, offset: entry.offset, message: entry.message + others)
        }
    }
}
