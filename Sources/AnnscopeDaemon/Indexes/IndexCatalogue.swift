internal import IndexFiles
internal import IndexWatching
internal import MapLayout

/// The watched files and what is served of them.
struct IndexCatalogue {
    /// One watched file.
    struct Entry {
        /// What clients call it. Known once the file was read; before, it follows from the path.
        var name: String
        /// The revision that is served: the newest that could be read, or one that has only been opened yet.
        var current: ServedIndex?
        /// The newest revision that was read and checked to its end.
        var settled: ServedIndex?
        /// The newest finished map.
        var map: IndexMap?
        /// Of `map`.
        var mapOrigin: MapOrigin?
        /// The revision whose nodes `map` has: that which it was shown for first.
        var mapRevision = 0
        /// Of `map`, once it was measured.
        var quality: MapQuality?
        /// The map that viewers have: finished or not, of this revision or, until there is as much of a newer one, of an
        /// earlier one.
        var shown: MapPicture?
        var layout: LayoutJob?
        var measuring: QualityJob?
        var revisions = 0
        /// Why the newest bytes could not be taken.
        var error: String?
        var isLoading = false
        /// When the load began, since the daemon's start.
        var loadBegan = Duration.zero
        /// The file changed again while it was read.
        var isStale = false

        /// What is served has been opened only, and is being checked.
        var isOpened: Bool { current.map { !$0.file.isChecked } ?? false }
    }

    private(set) var entries: [String: Entry] = [:]
    private var paths: [String: String] = [:]

    /// Names of the indexes that can be searched, sorted.
    var names: [String] { paths.keys.filter { entry(named: $0)?.current != nil }.sorted() }

    var served: [(index: ServedIndex, error: String?)] {
        names.compactMap { name in entry(named: name).flatMap { entry in entry.current.map { ($0, entry.error) } } }
    }

    var isLoading: Bool { entries.values.contains { $0.isLoading } }

    func entry(named name: String) -> Entry? { paths[name].flatMap { entries[$0] } }

    subscript(path: String) -> Entry? {
        get { entries[path] }
        set {
            if let old = entries[path]?.name, newValue?.name != old { paths[old] = nil }
            entries[path] = newValue
            if let name = newValue?.name { paths[name] = path }
        }
    }

    /// A name that no other file has.
    func freeName(_ wanted: String, for path: String) -> String {
        var name = wanted
        var number = 2
        while let owner = paths[name], owner != path {
            name = "\(wanted)-\(number)"
            number += 1
        }
        return name
    }

    /// A file's name without its last extension; below a watched folder, with the path from there.
    static func name(of path: String, below roots: [String]) -> String {
        let slash = UInt8(ascii: "/")
        var name = path.utf8.split(separator: slash).last ?? path.utf8[...]
        for root in roots {
            let folder = root.utf8.last == slash ? root : root + "/"
            if path.utf8.starts(with: folder.utf8) { name = path.utf8.dropFirst(folder.utf8.count) }
        }
        let start = name.lastIndex(of: slash).map { name.index(after: $0) } ?? name.startIndex
        if let dot = name[start...].lastIndex(of: UInt8(ascii: ".")), dot > start { name = name[..<dot] }
        return String(Substring(name))
    }
}
