internal import CMappedFile
internal import Glibc

/// An open file, and what it looked like when it was opened.
///
/// `@unchecked Sendable`: the descriptor and the stamp never change.
final class OpenFile: @unchecked Sendable {
    let path: String
    let descriptor: Int32
    private let stamp: stat

    /// How long a file must have been left alone before its time stamps prove anything: file systems stamp with the
    /// kernel's tick (1 to 10 ms), so two writes within one tick look like one. In nanoseconds.
    private static let quietNanoseconds: Int64 = 50_000_000

    /// - Throws: `unreadable` for what is no regular file or larger than `maxBytes`.
    init(path: String, maxBytes: Int) throws(IndexFileError) {
        self.path = path
        // Without O_NONBLOCK the open of a pipe would wait for its writer.
        descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .unreadable(path, "it can't be opened: \(Self.text(of: errno))")
        }
        var stamp = stat()
        guard fstat(descriptor, &stamp) == 0 else {
            close(descriptor)
            throw .unreadable(path, Self.text(of: errno))
        }
        self.stamp = stamp
        guard stamp.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path, "it is not a regular file") }
        guard byteCount <= maxBytes else {
            throw .unreadable(path, "its size is \(byteCount) bytes, and the limit is \(maxBytes)")
        }
    }

    deinit { close(descriptor) }

    var byteCount: Int { Int(stamp.st_size) }

    /// Tells one content of a file from the next: device, inode, size and modification time.
    var identity: String {
        "\(stamp.st_dev).\(stamp.st_ino).\(stamp.st_size).\(Self.nanoseconds(stamp.st_mtim))"
    }

    /// True when nobody has written to the file since it was opened. A rename or a deletion leaves its bytes alone; it
    /// shows in the number of names and, alas, in the time of the last change of status.
    var isUnchanged: Bool {
        var now = stat()
        guard fstat(descriptor, &now) == 0 else { return false }
        return now.st_size == stamp.st_size && Self.nanoseconds(now.st_mtim) == Self.nanoseconds(stamp.st_mtim)
            && (Self.nanoseconds(now.st_ctim) == Self.nanoseconds(stamp.st_ctim) || now.st_nlink != stamp.st_nlink)
    }

    /// - Throws: `changedWhileReading` when the file was written to since it was opened.
    func checkUnchanged() throws(IndexFileError) {
        guard isUnchanged else {
            throw .changed(path, "its size or times changed meanwhile; it can be read once its writer has finished")
        }
    }

    /// - Throws: `changedWhileReading` when the last write is so young that the next could have the same time.
    func checkQuiet() throws(IndexFileError) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let age = Self.nanoseconds(now) &- Self.nanoseconds(stamp.st_mtim)
        guard age.magnitude >= Self.quietNanoseconds.magnitude else {
            throw .changed(path, "it was written to \(age / 1_000_000) ms ago, so its writer may still be at work")
        }
    }

    /// Reads a part of the file.
    ///
    /// - Throws: `unreadable`, or `changedWhileReading` when the file has become shorter.
    func read(into memory: UnsafeMutableRawPointer, offset: Int, count: Int) throws(IndexFileError) {
        let got = annscope_read_at(descriptor, memory, count, offset)
        guard got >= 0 else { throw .unreadable(path, "it can't be read: \(Self.text(of: Int32(-got)))") }
        guard got == count else { throw .changed(path, "it was cut short while it was read") }
    }

    /// Wraps for absurd dates, which a damaged file system may hold; only equality and small differences matter.
    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    private static func text(of code: Int32) -> String {
        guard let text = strerror(code) else { return "error \(code)" }
        return String(cString: text)
    }
}

extension IndexFileError {
    static func unreadable(_ path: String, _ message: String) -> IndexFileError {
        IndexFileError(code: .unreadable, path: path, message: message)
    }

    static func changed(_ path: String, _ message: String) -> IndexFileError {
        IndexFileError(code: .changedWhileReading, path: path, message: message)
    }
}
