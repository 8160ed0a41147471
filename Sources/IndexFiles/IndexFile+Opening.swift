import CMappedFile
import Glibc

extension IndexFile {
    /// The size above which a file is refused unless the caller allows more: 64 GiB.
    public static let defaultMaxBytes = 64 << 30

    /// How long a file must have been left alone before its time stamps prove anything: file systems stamp with the
    /// kernel's tick (1 to 10 ms), so two writes within one tick look like one. In nanoseconds.
    private static let quietNanoseconds: Int64 = 50_000_000

    /// Opens an index file: reads it into private memory and checks every part that a search follows.
    ///
    /// - Parameters:
    ///   - path: a regular file.
    ///   - hints: what a sidecar knows and the file does not say.
    ///   - maxBytes: larger files are refused.
    ///   - requiresQuietWriter: also refuse a file modified within the last 50 ms, for callers that can come back later.
    /// - Throws: `IndexFileError`, with the byte and the field that are wrong.
    public static func open(
        path: String, hints: IndexFileHints = .init(), maxBytes: Int = defaultMaxBytes,
        requiresQuietWriter: Bool = false
    ) throws(IndexFileError) -> IndexFile {
        let bytes = try readWhole(path: path, maxBytes: maxBytes, requiresQuietWriter: requiresQuietWriter)
        return try parse(bytes: bytes, path: path, hints: hints)
    }

    /// Parses an index that is in memory already. The bytes are copied.
    public static func parse(
        bytes: [UInt8], path: String, hints: IndexFileHints = .init()
    ) throws(IndexFileError) -> IndexFile {
        let size = max(bytes.count, 1)
        guard let memory = annscope_private_alloc(size) else { throw outOfMemory(path, bytes: size) }
        bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { memory.copyMemory(from: start, byteCount: source.count) }
        }
        return try parse(bytes: FileBytes(privateMemory: memory, count: bytes.count), path: path, hints: hints)
    }

    private static func readWhole(
        path: String, maxBytes: Int, requiresQuietWriter: Bool
    ) throws(IndexFileError) -> FileBytes {
        // Without O_NONBLOCK the open of a pipe would wait for its writer.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, "it can't be opened: \(errorText(errno))") }
        defer { close(descriptor) }

        var before = stat()
        guard fstat(descriptor, &before) == 0 else { throw unreadable(path, errorText(errno)) }
        guard before.st_mode & S_IFMT == S_IFREG else { throw unreadable(path, "it is not a regular file") }
        let size = Int(before.st_size)
        guard size <= maxBytes else {
            throw unreadable(path, "its size is \(size) bytes, and the limit is \(maxBytes)")
        }

        guard let memory = annscope_private_alloc(max(size, 1)) else { throw outOfMemory(path, bytes: size) }
        let bytes = FileBytes(privateMemory: memory, count: size)
        let got = annscope_read_whole(descriptor, memory, size)
        guard got >= 0 else { throw unreadable(path, "it can't be read: \(errorText(Int32(-got)))") }

        var after = stat()
        guard fstat(descriptor, &after) == 0 else { throw unreadable(path, errorText(errno)) }
        guard got == size, isSameRevision(before, after) else {
            throw changed(path, "its size or times changed meanwhile; it can be read once its writer has finished")
        }
        if requiresQuietWriter {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            let age = nanoseconds(now) &- nanoseconds(after.st_mtim)
            guard age.magnitude >= quietNanoseconds.magnitude else {
                throw changed(path, "it was written to \(age / 1_000_000) ms ago, so its writer may still be at work")
            }
        }
        return bytes
    }

    private static func isSameRevision(_ before: stat, _ after: stat) -> Bool {
        before.st_size == after.st_size && before.st_ino == after.st_ino && before.st_dev == after.st_dev
            && nanoseconds(before.st_mtim) == nanoseconds(after.st_mtim)
            && nanoseconds(before.st_ctim) == nanoseconds(after.st_ctim)
    }

    /// Wraps for absurd dates, which a damaged file system may hold; only equality and small differences matter.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    private static func errorText(_ code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }

    private static func unreadable(_ path: String, _ message: String) -> IndexFileError {
        IndexFileError(code: .unreadable, path: path, message: message)
    }

    private static func changed(_ path: String, _ message: String) -> IndexFileError {
        IndexFileError(code: .changedWhileReading, path: path, message: message)
    }

    private static func outOfMemory(_ path: String, bytes: Int) -> IndexFileError {
        unreadable(path, "there are no \(bytes) bytes of memory for it")
    }
}

extension FileBytes {
    /// Takes over memory from `annscope_private_alloc(max(count, 1))`.
    fileprivate convenience init(privateMemory: UnsafeMutableRawPointer, count: Int) {
        self.init(base: UnsafeRawPointer(privateMemory), count: count) { base, count in
            annscope_private_free(base, max(count, 1))
        }
    }
}
