internal import CMappedFile
internal import Glibc

/// Whole small files, with a limit.
enum FileReading {
    /// The bytes of a regular file of at most `limit` bytes, or nil.
    static func bytes(of path: String, limit: Int) -> [UInt8]? {
        let handle = open(path, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { return nil }
        return bytes(closing: handle, limit: limit)
    }

    /// Likewise, for a path that must not leave `root`, whatever links are in it (openat2, RESOLVE_BENEATH).
    static func bytes(of path: String, beneath root: String, limit: Int) -> [UInt8]? {
        let folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        let handle = annscope_open_beneath(folder, path)
        guard handle >= 0 else { return nil }
        return bytes(closing: handle, limit: limit)
    }

    private static func bytes(closing handle: Int32, limit: Int) -> [UInt8]? {
        defer { close(handle) }
        var status = stat()
        guard fstat(handle, &status) == 0, status.st_mode & S_IFMT == S_IFREG, Int(status.st_size) <= limit else {
            return nil
        }
        var content = [UInt8](repeating: 0, count: Int(status.st_size))
        var done = 0
        while done < content.count {
            let got = content.withUnsafeMutableBytes { read(handle, $0.baseAddress! + done, $0.count - done) }
            guard got > 0 else { break }
            done += got
        }
        return done == content.count ? content : nil
    }
}
