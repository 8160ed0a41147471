/// What is to be followed, and how far.
struct FileListing {
    /// Files and folders as the user named them.
    let paths: [String]
    /// Indexes and folders followed, each; what is beyond is left out, and `cuts` says so.
    let maxFiles: Int
    /// Folders within folders are followed this deep.
    let maxDepth: Int

    /// Kinds of files that stand beside indexes and are none.
    private static let extensionsBeside: Set<String> = [
        "json", "csv", "npy", "md", "txt", "jpg", "jpeg", "png", "gif", "webp", "svg", "py", "sh", "tmp", "part", "swp",
        "pickle", "sqlite3", "sqlite3-journal", "sqlite3-wal", "sqlite3-shm",
    ]

    /// What an inotify watch on a folder is for.
    enum Scope {
        /// Anything that happens to the files in it.
        case files
        /// Only what comes and goes, as on the way to a watched path.
        case names
    }

    struct Result {
        /// The indexes, by the paths that they are known under.
        var indexes: [String: IndexParts] = [:]
        /// Every folder that was read: a new name there may be a new index.
        var folders: Set<String> = []
        /// Names on the way to what is followed: when one comes, goes or is pointed elsewhere, all is listed anew.
        var junctions: Set<String> = []
        /// Indexes that a file belongs to, where the file's path does not say so.
        var owners: [String: Set<String>] = [:]
        /// Every folder could be read. One that could not, for want of descriptors or memory, is not empty.
        var isComplete = true
        /// Limits that were reached, with the first path beyond each.
        var cuts: [WatchLimit: String] = [:]

        /// The indexes that the file at a path has a part in.
        func indexes(at path: String) -> Set<String> {
            var found = owners[path] ?? []
            if indexes[path] != nil { found.insert(path) }
            if path.hasSuffix(IndexWatcher.sidecarSuffix) {
                let index = String(path.dropLast(IndexWatcher.sidecarSuffix.count))
                if indexes[index] != nil { found.insert(index) }
            }
            return found
        }
    }

    init(paths: [String], maxFiles: Int, maxDepth: Int = 8) {
        self.paths = paths.map { path in
            var path = Substring(path)
            while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path = path.dropLast() }
            return String(path)
        }
        self.maxFiles = maxFiles
        self.maxDepth = maxDepth
    }

    /// Finds all that is there to be followed.
    ///
    /// - Parameters:
    ///   - companions: files that belong to an index, by its path. They are no indexes themselves, unless they have
    ///     companions of their own.
    ///   - entering: called with each folder before it is read, so that no change falls in between.
    func read(
        companions: [String: [String]] = [:], entering: (_ folder: String, _ scope: Scope) -> Void = { _, _ in }
    ) -> Result {
        withoutActuallyEscaping(entering) { entering in
            var walk = FolderWalk(listing: self, companions: companions, entering: entering)
            for path in paths { walk.start(at: path) }
            walk.addCompanions()
            return walk.result
        }
    }

    /// True for a name that an index may have. Hidden files are none, and a known extension says what is none.
    static func mayBeIndex(_ name: String) -> Bool {
        guard name.utf8.first != UInt8(ascii: ".") else { return false }
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return true }
        return !extensionsBeside.contains(String(Substring(name.utf8[dot...].dropFirst())).lowercased())
    }

    static func folder(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func name(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return String(Substring(path.utf8[slash...].dropFirst()))
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder == "/" ? "/" + name : folder + "/" + name
    }
}
