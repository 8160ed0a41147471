internal import Glibc
public import WireProtocol

/// Writes the lines of a recording into files that are limited in size and number. The newest is called as asked for, older
/// ones have `.1`, `.2` … behind; the oldest goes. Every file begins with a hello.
///
/// Each line is there whole or not at all: when one can't be written, what of it was is taken back.
public final class RecordingWriter {
    private let path: String
    private let maxFileBytes: Int
    private let maxFiles: Int
    private let contents: RecordingContents
    private var handle: Int32
    private var fileBytes = 0
    private var fileNumber = 1
    /// What the next file begins with.
    public var hello: JSONValue = [:]

    /// Lines and bytes written, also to files that are gone by now.
    public private(set) var lines = 0
    public private(set) var bytes = 0

    /// - Parameter path: must not exist, nor what the older files would be called.
    /// - Throws: `RecordingError` when it can't be made.
    public init(
        path: String, maxFileBytes: Int, maxFiles: Int, contents: RecordingContents = .items
    ) throws(RecordingError) {
        self.path = path
        self.contents = contents
        self.maxFileBytes = maxFileBytes
        self.maxFiles = maxFiles
        for number in 1..<max(1, maxFiles) {
            let older = "\(path).\(number)"
            guard access(older, F_OK) != 0 else {
                throw RecordingError(message: "\(older): it exists already, and is not overwritten")
            }
        }
        handle = try Self.open(path)
    }

    /// A file without a line, for which there was no daemon or no room, does not stay.
    deinit {
        guard handle >= 0 else { return }
        close(handle)
        if fileBytes == 0 { unlink(path) }
    }

    private static func open(_ path: String) throws(RecordingError) -> Int32 {
        let handle = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard handle >= 0 else {
            let reason =
                errno == EEXIST
                ? "it exists already, and is not overwritten" : "it can't be made: \(String(cString: strerror(errno)))"
            throw RecordingError(message: "\(path): \(reason)")
        }
        return handle
    }

    /// Begins a file, or goes on after a reconnect: what the daemon answered to `initialize`.
    ///
    /// - Returns: as of a line.
    /// - Throws: likewise.
    public func write(hello: JSONValue, at: Int) throws(RecordingError) -> Bool {
        self.hello = hello
        let line = RecordingFormat.hello(hello, contents, file: fileNumber, at: at)
        guard try rotate(for: line, at: at) else {
            try append(line)
            return false
        }
        return true
    }

    /// Writes a line.
    ///
    /// - Returns: true when it begins a new file, to which the states of the streams are to be written again.
    /// - Throws: `RecordingError` when it can't be written; the file ends with the line before.
    public func write(_ line: [UInt8], at: Int) throws(RecordingError) -> Bool {
        let isNew = try rotate(for: line, at: at)
        try append(line)
        return isNew
    }

    /// Begins a new file with the hello when a line has no room in this one.
    private func rotate(for line: [UInt8], at: Int) throws(RecordingError) -> Bool {
        guard fileBytes > 0, fileBytes + line.count + 1 > maxFileBytes else { return false }
        try rotate()
        try append(RecordingFormat.hello(hello, contents, file: fileNumber, at: at))
        return true
    }

    private func append(_ line: [UInt8]) throws(RecordingError) {
        let text = line + [10]
        var done = 0
        while done < text.count {
            let count = text.withUnsafeBytes { Glibc.write(handle, $0.baseAddress.map { $0 + done }, $0.count - done) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let reason = String(cString: strerror(errno))
                ftruncate(handle, fileBytes)
                throw RecordingError(message: "\(path): it can't be written: \(reason); what was written is valid")
            }
            done += count
        }
        fileBytes += text.count
        bytes += text.count
        lines += 1
    }

    private func rotate() throws(RecordingError) {
        close(handle)
        handle = -1
        if maxFiles == 1 {
            unlink(path)
        } else {
            unlink("\(path).\(maxFiles - 1)")
            for number in stride(from: maxFiles - 2, through: 1, by: -1) {
                rename("\(path).\(number)", "\(path).\(number + 1)")
            }
            guard rename(path, "\(path).1") == 0 else {
                throw RecordingError(message: "\(path): it can't be renamed: \(String(cString: strerror(errno)))")
            }
        }
        handle = try Self.open(path)
        fileBytes = 0
        fileNumber += 1
    }
}
