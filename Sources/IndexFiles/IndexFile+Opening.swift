extension IndexFile {
    /// The size above which a file is refused unless the caller allows more: 64 GiB.
    public static let defaultMaxBytes = 64 << 30

    /// Maps an index and reads its header and upper levels: ready to be searched in milliseconds, whatever its size.
    ///
    /// - Parameters:
    ///   - path: a regular file, or a folder with Chroma's four files.
    ///   - hints: what a sidecar knows and the file does not say.
    ///   - maxBytes: larger files are refused.
    ///   - requiresQuietWriter: also refuse a file modified within the last 50 ms, for callers that can come back later:
    ///     a write within the same tick of the file system's clock could not be told from the one before.
    /// - Throws: `IndexFileError`, with the byte and the field that are wrong.
    public static func openMapped(
        path: String, hints: IndexFileHints = .init(), maxBytes: Int = defaultMaxBytes,
        requiresQuietWriter: Bool = false
    ) throws(IndexFileError) -> IndexFile {
        let files = SourceFiles(path: path, mode: .mapped, maxBytes: maxBytes)
        return try parse(files, hints, isChecking: false, requiresQuietWriter: requiresQuietWriter)
    }

    /// Opens an index at rest: reads it into private memory and checks every part that a search follows.
    ///
    /// - Parameter progress: called with the bytes that were read, every 256 KiB.
    /// - Throws: `IndexFileError`, with the byte and the field that are wrong.
    public static func open(
        path: String, hints: IndexFileHints = .init(), maxBytes: Int = defaultMaxBytes,
        requiresQuietWriter: Bool = false, progress: @escaping FileBytes.Progress = { _, _ in }
    ) throws(IndexFileError) -> IndexFile {
        let files = SourceFiles(path: path, mode: .settled(progress), maxBytes: maxBytes)
        return try parse(files, hints, isChecking: true, requiresQuietWriter: requiresQuietWriter)
    }

    /// The same content in private memory and with every part checked. Nodes, labels and results are the same as before.
    ///
    /// - Throws: `changedWhileReading` when the file is no longer the one that was mapped.
    public func settled(
        hints: IndexFileHints = .init(), progress: @escaping FileBytes.Progress = { _, _ in }
    ) throws(IndexFileError) -> IndexFile {
        let files = SourceFiles(path: path, mode: .settled(progress), maxBytes: .max, reusing: files)
        return try Self.parse(files, hints, isChecking: true, requiresQuietWriter: false)
    }

    /// The same content, still mapped, with every part checked: for what is too large for private memory.
    ///
    /// - Throws: `changedWhileReading` when the file is no longer the one that was mapped.
    public func checkedInPlace(
        hints: IndexFileHints = .init(), progress: @escaping FileBytes.Progress = { _, _ in }
    ) throws(IndexFileError) -> IndexFile {
        let files = SourceFiles(path: path, mode: .checkedInPlace(progress), maxBytes: .max, reusing: files)
        return try Self.parse(files, hints, isChecking: true, requiresQuietWriter: false)
    }

    /// Parses an index that is in memory already. The bytes are copied.
    ///
    /// - Parameter besides: contents of the files that may belong to it, by name.
    public static func parse(
        bytes: [UInt8], path: String, hints: IndexFileHints = .init(), besides: [String: [UInt8]] = [:]
    ) throws(IndexFileError) -> IndexFile {
        var contents = besides
        contents[path] = bytes
        return try parse(
            SourceFiles(path: path, contents: contents), hints, isChecking: true, requiresQuietWriter: false)
    }

    /// Parses Chroma's folder from the contents of its files, by name.
    public static func parse(
        folder path: String, files: [String: [UInt8]], hints: IndexFileHints = .init()
    ) throws(IndexFileError) -> IndexFile {
        var contents: [String: [UInt8]] = [:]
        for (name, bytes) in files { contents[path + "/" + name] = bytes }
        let source = SourceFiles(path: path, contents: contents)
        return try parse(source, hints, isChecking: true, requiresQuietWriter: false)
    }

    private static func parse(
        _ files: SourceFiles, _ hints: IndexFileHints, isChecking: Bool, requiresQuietWriter: Bool
    ) throws(IndexFileError) -> IndexFile {
        var parsing = Parsing(files: files, hints: hints, isChecking: isChecking)
        do {
            let file = try recognise(&parsing)
            if requiresQuietWriter { try files.checkQuiet() }
            for bytes in files.opened { try bytes.finish() }
            return file
        } catch {
            // What was parsed while somebody wrote to the file says nothing about either content.
            for bytes in files.opened where error.code != .unreadable { try bytes.openFile?.checkUnchanged() }
            throw error
        }
    }
}
