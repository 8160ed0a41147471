internal import Glibc

/// How the kernel gets from a path to a file: every folder it passes, and the name it looks up there.
///
/// When one of these names comes, goes or is pointed elsewhere, the path leads to another file, or no longer to none.
struct PathTrail {
    /// Every name that is looked up, as the path of its real folder and the name. The last one may be missing.
    private(set) var places: [String] = []
    /// The real path the trail ends at, or nil when it leads nowhere.
    private(set) var end: String?
    /// True when the last place is where the path leads, be a file there or not; false when a folder on the way is
    /// missing.
    private(set) var isComplete = false
    private var status = stat()

    /// As many links as the kernel follows.
    private static let maxLinks = 40

    /// - Parameters:
    ///   - path: the path to follow; what is not there ends the trail.
    ///   - start: the real folder that a relative path starts at; the current one when nil.
    ///   - entering: called with each folder before a name is looked up there, so that no change falls in between.
    init(_ path: String, from start: String? = nil, entering: (_ folder: String) -> Void) {
        var folder = path.utf8.first == UInt8(ascii: "/") ? "/" : start ?? Self.currentFolder
        // The next name comes last.
        var names = Self.names(of: path)
        var links = 0
        while let name = names.popLast() {
            switch name {
            case ".": continue
            case "..":
                folder = FileListing.folder(of: folder)
                continue
            default: break
            }
            entering(folder)
            let place = FileListing.join(folder, name)
            places.append(place)
            isComplete = names.isEmpty
            guard lstat(place, &status) == 0 else { return }
            switch status.st_mode & S_IFMT {
            case S_IFLNK:
                links += 1
                guard links <= Self.maxLinks, let target = Self.target(of: place) else { return }
                if target.utf8.first == UInt8(ascii: "/") { folder = "/" }
                names += Self.names(of: target)
            case S_IFDIR: folder = place
            default:
                // A file is no folder for what the path still names.
                guard names.isEmpty else { return }
                end = place
                return
            }
        }
        guard stat(folder, &status) == 0 else { return }
        end = folder
    }

    var isFolder: Bool { end != nil && status.st_mode & S_IFMT == S_IFDIR }
    var isFile: Bool { end != nil && status.st_mode & S_IFMT == S_IFREG }

    /// The last one first. By bytes: a slash that a combining mark follows separates names, too.
    private static func names(of path: String) -> [String] {
        path.utf8.split(separator: UInt8(ascii: "/")).reversed().map { String(Substring($0)) }
    }

    private static var currentFolder: String {
        guard let resolved = realpath(".", nil) else { return "." }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func target(of link: String) -> String? {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &bytes, bytes.count)
        return count > 0 ? String(decoding: bytes[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
    }
}
