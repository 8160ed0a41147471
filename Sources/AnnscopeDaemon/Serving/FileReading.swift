internal import CMappedFile
internal import Glibc

/// Whole small files, with a limit.
enum FileReading {
    /// The bytes of a regular file of at most `limit` bytes, or nil.
    static func bytes(of path: String, limit: Int) -> [UInt8]? {
        OpenFile(handle: open(path, O_RDONLY | O_CLOEXEC), limit: limit)?.bytes()
    }

    /// Likewise, for a path that must not leave `root`, whatever links are in it (openat2, RESOLVE_BENEATH).
    static func bytes(of path: String, beneath root: String, limit: Int) -> [UInt8]? {
        OpenFile(path, beneath: root, limit: limit)?.bytes()
    }
}

/// A regular file that is open for reading, so that a part of a long one can be read without the rest.
struct OpenFile: ~Copyable {
    private let handle: Int32
    /// As it was when the file was opened; it may have changed since.
    let size: Int
    /// Changes with the file: of its inode, size and time of change.
    let etag: String

    /// The file that `path` names beneath the folder `root`, whatever links are in it (openat2, RESOLVE_BENEATH); nil
    /// when there is none, or it is no regular file, or has more than `limit` bytes.
    init?(_ path: String, beneath root: String, limit: Int) {
        // A zero byte would end the path for the kernel, and not for whoever checked it.
        guard !path.utf8.contains(0) else { return nil }
        let folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        self.init(handle: annscope_open_beneath(folder, path), limit: limit)
    }

    /// Takes the descriptor over, also when it is not to be read.
    init?(handle: Int32, limit: Int) {
        guard handle >= 0 else { return nil }
        var status = stat()
        guard fstat(handle, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) <= limit else {
            close(handle)
            return nil
        }
        self.handle = handle
        size = Int(status.st_size)
        let parts = [
            Int(status.st_ino), size, Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec),
        ]
        etag = "\"" + parts.map { String($0, radix: 16) }.joined(separator: "-") + "\""
    }

    deinit { close(handle) }

    /// All of it, or nil when it became shorter meanwhile.
    func bytes() -> [UInt8]? { bytes(0..<size) }

    /// A part of it, which must lie within its size; nil when it can't be read.
    func bytes(_ range: Range<Int>) -> [UInt8]? {
        guard range.lowerBound >= 0, range.upperBound <= size else { return nil }
        var done = 0
        let content = [UInt8](unsafeUninitializedCapacity: range.count) { memory, filled in
            while done < range.count, let base = memory.baseAddress {
                let got = pread(handle, base + done, range.count - done, off_t(range.lowerBound + done))
                guard got > 0 || got < 0 && errno == EINTR else { break }
                done += max(0, got)
            }
            filled = done
        }
        return done == range.count ? content : nil
    }
}
