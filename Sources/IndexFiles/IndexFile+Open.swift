internal import CMappedFile
internal import Glibc

extension IndexFile {
    /// Reads a file into private memory and checks it whole.
    ///
    /// - Parameters:
    ///   - path: a regular file.
    ///   - hints: what a sidecar says of the metric and the dimension.
    ///   - maxBytes: larger files are refused.
    ///   - requiresQuietWriter: refuse a file that was written to within the last 50 ms, since file times are too
    ///     coarse to tell a write during the read from one just before it.
    /// - Throws: `IndexFileError`; `.changedWhileReading` is worth another try.
    public static func open(
        path: String, hints: IndexFileHints = IndexFileHints(), maxBytes: Int = 64 << 30,
        requiresQuietWriter: Bool = false
    ) throws(IndexFileError) -> IndexFile {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path, "it could not be opened: \(reason(errno))") }
        defer { close(descriptor) }
        let before = try status(of: descriptor, path)
        guard before.st_mode & S_IFMT == S_IFREG else { throw unreadable(path, "it is not a regular file") }
        guard before.st_size <= maxBytes else {
            throw unreadable(path, "it has \(before.st_size) bytes, the limit is \(maxBytes)")
        }
        if requiresQuietWriter {
            var now = timespec()
            clock_gettime(CLOCK_REALTIME, &now)
            let age = (now.tv_sec - before.st_mtim.tv_sec) * 1_000_000_000 + now.tv_nsec - before.st_mtim.tv_nsec
            if (0..<50_000_000).contains(age) { throw changed(path) }
        }
        let size = Int(before.st_size)
        guard let memory = annscope_private_memory(size) else {
            throw unreadable(path, "no memory for its \(size) bytes: \(reason(errno))")
        }
        let bytes = FileBytes(base: memory, count: size) { base, count in
            annscope_release_memory(UnsafeMutableRawPointer(mutating: base), count)
        }
        let got = annscope_read_whole(descriptor, memory, size)
        guard got >= 0 else { throw unreadable(path, "it could not be read: \(reason(errno))") }
        let after = try status(of: descriptor, path)
        guard got == size, isSame(before, after) else { throw changed(path) }
        return try parse(bytes, path: path, hints: hints)
    }

    /// Reads an index from bytes that are already in memory, as a fuzzer has them.
    public static func parse(
        _ content: [UInt8], path: String, hints: IndexFileHints = IndexFileHints()
    ) throws(IndexFileError) -> IndexFile {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: max(content.count, 1), alignment: 16)
        memory.copyMemory(from: content, byteCount: content.count)
        let bytes = FileBytes(base: memory, count: content.count) { base, _ in base.deallocate() }
        return try parse(bytes, path: path, hints: hints)
    }

    private static func status(of descriptor: Int32, _ path: String) throws(IndexFileError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            throw unreadable(path, "its status could not be read: \(reason(errno))")
        }
        return status
    }

    private static func isSame(_ a: stat, _ b: stat) -> Bool {
        a.st_size == b.st_size && a.st_ino == b.st_ino && a.st_mtim.tv_sec == b.st_mtim.tv_sec
            && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec && a.st_ctim.tv_sec == b.st_ctim.tv_sec
            && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    private static func unreadable(_ path: String, _ message: String) -> IndexFileError {
        IndexFileError(code: .unreadable, path: path, message: message)
    }

    private static func changed(_ path: String) -> IndexFileError {
        IndexFileError(
            code: .changedWhileReading, path: path,
            message: "somebody is writing to it; it is read again when the writer is done")
    }
}
