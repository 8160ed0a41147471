internal import Glibc

/// Finds the files below the watched paths that may be indexes.
struct FileListing {
    /// Files and folders as the user named them.
    let paths: [String]
    /// Files looked at in all; what is beyond is left out, and `isCut` says so.
    let maxFiles: Int

    /// Folders within folders are followed this deep.
    private static let maxDepth = 8
    /// Kinds of files that stand beside indexes and are none.
    private static let companions: Set<String> = [
        "json", "csv", "npy", "md", "txt", "jpg", "jpeg", "png", "gif", "webp", "svg", "py", "sh", "tmp", "part", "swp",
    ]

    struct Result {
        /// The index files, by path.
        var files: Set<String> = []
        /// Every folder that was read, to be watched.
        var folders: Set<String> = []
        var isCut = false
    }

    func read() -> Result {
        var result = Result()
        for path in paths {
            var status = stat()
            if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                walk(path, depth: 0, &result)
            } else {
                // A file named singly is taken whatever it is called; its folder tells when it comes and goes.
                result.files.insert(path)
                result.folders.insert(Self.folder(of: path))
            }
        }
        return result
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private func walk(_ folder: String, depth: Int, _ result: inout Result) {
        guard depth <= Self.maxDepth, result.folders.insert(folder).inserted, let directory = opendir(folder) else {
            return
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            let path = folder == "/" ? "/" + name : folder + "/" + name
            var status = stat()
            guard stat(path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: walk(path, depth: depth + 1, &result)
            case S_IFREG where !Self.isCompanion(name):
                guard result.files.count < maxFiles else {
                    result.isCut = true
                    return
                }
                result.files.insert(path)
            default: continue
            }
        }
    }

    private static func isCompanion(_ name: String) -> Bool {
        guard let dot = name.lastIndex(of: ".") else { return false }
        return companions.contains(name[name.index(after: dot)...].lowercased())
    }
}
