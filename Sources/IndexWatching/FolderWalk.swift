internal import Glibc

/// One pass over all that is followed, from which a listing results.
struct FolderWalk {
    let listing: FileListing
    let companions: [String: [String]]
    let entering: (_ folder: String, _ scope: FileListing.Scope) -> Void
    private(set) var result = FileListing.Result()
    /// Files that only belong to an index. One that has companions itself is an index, so that two files that name
    /// each other don't make each other vanish.
    private let belonging: Set<String>
    /// The folders from the watched one to that at hand, so that a link to one of them is not followed in circles.
    private var chain: [FileIdentity] = []

    private struct FileIdentity: Equatable {
        let device: UInt
        let inode: UInt
    }

    private struct Entry {
        let name: String
        let isLink: Bool
        let isFolder: Bool
    }

    init(
        listing: FileListing, companions: [String: [String]],
        entering: @escaping (_ folder: String, _ scope: FileListing.Scope) -> Void
    ) {
        self.listing = listing
        self.companions = companions
        self.entering = entering
        belonging = Set(companions.values.joined()).subtracting(companions.keys)
    }

    /// Follows a path that the user named.
    mutating func start(at path: String) {
        let trail = follow(path)
        guard !trail.isFolder, let place = trail.places.last else {
            if let end = trail.end { walk(path, real: end, depth: 0) }
            return
        }
        // A file named singly is taken whatever it is called, and also when it is not there yet: its writer is heard
        // from the first byte on.
        add(path, IndexParts(file: path))
        own(place, by: path)
        watchBeside(path)
    }

    /// Adds the companions to the indexes that were found.
    mutating func addCompanions() {
        for (path, files) in companions where result.indexes[path] != nil {
            result.indexes[path]?.beside += files
            for file in files {
                entering(FileListing.folder(of: file), .files)
                own(file, by: path)
                if let place = follow(file).places.last { own(place, by: path) }
            }
        }
    }

    private mutating func walk(_ folder: String, real: String, depth: Int) {
        guard depth <= listing.maxDepth else { return cut(.depth(listing.maxDepth), folder) }
        guard result.folders.count < listing.maxFiles else { return cut(.folders(listing.maxFiles), folder) }
        var status = stat()
        guard stat(folder, &status) == 0 else { return }
        let identity = FileIdentity(device: UInt(status.st_dev), inode: UInt(status.st_ino))
        guard !chain.contains(identity), result.folders.insert(folder).inserted else { return }
        entering(folder, .files)
        guard let entries = entries(of: folder, sortedBeyond: listing.maxFiles - result.indexes.count) else {
            if [EMFILE, ENFILE, ENOMEM].contains(errno) { result.isComplete = false }
            return
        }
        chain.append(identity)
        defer { chain.removeLast() }

        let parts = entries.count { !$0.isFolder && IndexParts.folderNames.contains($0.name) }
        if parts == IndexParts.folderNames.count {
            add(folder, IndexParts(folder: folder))
            if depth == 0 { watchBeside(folder) }
        }
        for entry in entries {
            let path = FileListing.join(folder, entry.name)
            // Two of the four names are no accident: the folder is, or will be, one index.
            let isPart = parts > 1 && IndexParts.folderNames.contains(entry.name)
            if entry.isLink {
                let trail = follow(entry.name, from: real)
                if trail.isFolder, let end = trail.end {
                    walk(path, real: end, depth: depth + 1)
                } else if isPart || trail.isFile && mayBeIndex(entry.name, path) {
                    if !isPart { add(path, IndexParts(file: path)) }
                    if let place = trail.places.last { own(place, by: isPart ? folder : path) }
                }
            } else if entry.isFolder {
                walk(path, real: FileListing.join(real, entry.name), depth: depth + 1)
            } else if !isPart, mayBeIndex(entry.name, path) {
                add(path, IndexParts(file: path))
            }
            if isPart { own(path, by: folder) }
        }
    }

    private func mayBeIndex(_ name: String, _ path: String) -> Bool {
        FileListing.mayBeIndex(name) && (belonging.isEmpty || !belonging.contains(path))
    }

    /// Follows a path and notes where it can be led elsewhere. The folder it ends in tells of writers.
    private mutating func follow(_ path: String, from start: String? = nil) -> PathTrail {
        let trail = PathTrail(path, from: start) { entering($0, .names) }
        result.junctions.formUnion(trail.places)
        if trail.isComplete, !trail.isFolder, let place = trail.places.last {
            entering(FileListing.folder(of: place), .files)
        }
        return trail
    }

    private mutating func add(_ path: String, _ parts: IndexParts) {
        guard result.indexes[path] != nil || result.indexes.count < listing.maxFiles else {
            return cut(.files(listing.maxFiles), path)
        }
        result.indexes[path] = parts
    }

    private mutating func own(_ place: String, by path: String) { result.owners[place, default: []].insert(path) }

    /// Hears of the sidecar and of the index itself where its folder is not read.
    private mutating func watchBeside(_ path: String) {
        let folder = FileListing.folder(of: path)
        entering(folder, .files)
        for file in [path, path + IndexWatcher.sidecarSuffix] {
            own(FileListing.join(folder, FileListing.name(of: file)), by: path)
        }
    }

    private mutating func cut(_ limit: WatchLimit, _ path: String) {
        if result.cuts[limit] == nil { result.cuts[limit] = path }
    }

    /// Nobody misses what is no index anyway.
    private mutating func leaveOut(_ entry: Entry, of folder: String, _ limit: WatchLimit) {
        if entry.isFolder || FileListing.mayBeIndex(entry.name) { cut(limit, FileListing.join(folder, entry.name)) }
    }

    /// What is in a folder, without what is hidden. Sorted when it may be too much, so that the same files are
    /// followed every time.
    private mutating func entries(of folder: String, sortedBeyond count: Int) -> [Entry]? {
        guard let directory = opendir(folder) else { return nil }
        defer { closedir(directory) }
        var entries: [Entry] = []
        // Where the names are that others may be equivalent to: ASCII has none.
        var places: [String: Int] = [:]
        while let entry = readdir(directory) {
            let (name, isUTF8) = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) {
                    String(validatingCString: $0).map { ($0, true) } ?? (String(cString: $0), false)
                }
            }
            guard name.utf8.first != UInt8(ascii: ".") else { continue }
            var kind = Int(entry.pointee.d_type)
            if kind == Int(DT_UNKNOWN) {
                // Some filesystems don't say it in the listing.
                var status = stat()
                guard lstat(FileListing.join(folder, name), &status) == 0 else { continue }
                kind = Int(status.st_mode & S_IFMT) >> 12
            }
            guard [Int(DT_REG), Int(DT_DIR), Int(DT_LNK)].contains(kind) else { continue }
            let found = Entry(name: name, isLink: kind == Int(DT_LNK), isFolder: kind == Int(DT_DIR))
            if !isUTF8 {
                leaveOut(found, of: folder, .encoding)
            } else if name.utf8.allSatisfy({ $0 < 0x80 }) {
                entries.append(found)
            } else if let place = places[name] {
                let isFirst = name.utf8.lexicographicallyPrecedes(entries[place].name.utf8)
                leaveOut(isFirst ? entries[place] : found, of: folder, .equivalence)
                if isFirst { entries[place] = found }
            } else {
                places[name] = entries.count
                entries.append(found)
            }
        }
        if entries.count > count { entries.sort { $0.name < $1.name } }
        return entries
    }
}
