internal import Glibc

/// The files that make one index, opened as a parser asks for them: the one that was named, and those that it names.
final class SourceFiles {
    /// How the bytes are made available.
    enum Mode {
        /// Mapped: at once, but a writer can change them.
        case mapped
        /// Mapped, and read to the end, however large.
        case checkedInPlace(FileBytes.Progress)
        /// Copied into private memory while they are parsed.
        case settled(FileBytes.Progress)
    }

    /// The path that was named: a file, or Chroma's folder.
    let path: String
    private let mode: Mode
    private let maxBytes: Int
    /// Files that are open already, by path: settling reads the very files that were mapped.
    private let open: [String: OpenFile]
    /// Contents that stand for files, by path; then no file is opened at all.
    private let contents: [String: [UInt8]]?
    private(set) var opened: [FileBytes] = []

    init(path: String, mode: Mode, maxBytes: Int, reusing files: [FileBytes] = []) {
        self.path = path
        self.mode = mode
        self.maxBytes = maxBytes
        open = Dictionary(files.compactMap { file in file.openFile.map { ($0.path, $0) } }) { first, _ in first }
        contents = nil
    }

    init(path: String, contents: [String: [UInt8]]) {
        self.path = path
        self.contents = contents
        mode = .mapped
        maxBytes = .max
        open = [:]
    }

    /// True when a folder was named.
    var isFolder: Bool {
        if let contents { return contents[path] == nil }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The bytes of the named file.
    func main() throws(IndexFileError) -> FileBytes { try bytes(of: path) }

    /// The bytes of a file inside the named folder.
    func inside(_ name: String) throws(IndexFileError) -> FileBytes {
        try bytes(of: path.utf8.last == UInt8(ascii: "/") ? path + name : path + "/" + name)
    }

    /// The bytes of a file beside the named one. Only the last component of `name` counts: the name comes from a file
    /// that may be hostile.
    func beside(_ name: String) throws(IndexFileError) -> FileBytes {
        let slash = UInt8(ascii: "/")
        let last = name.utf8.split(separator: slash).last.map { String(Substring($0)) } ?? ""
        guard !last.isEmpty, last != ".", last != "..", !last.utf8.contains(0) else {
            throw .unreadable(path, "it names a data file \"\(name.prefix(100))\", which is no name of a file")
        }
        return try bytes(of: path.utf8.lastIndex(of: slash).map { String(path[...$0]) + last } ?? last)
    }

    /// - Throws: `changedWhileReading` when a file was written to a moment ago.
    func checkQuiet() throws(IndexFileError) {
        for bytes in opened { try bytes.openFile?.checkQuiet() }
    }

    private func bytes(of path: String) throws(IndexFileError) -> FileBytes {
        if let bytes = opened.first(where: { $0.path == path }) { return bytes }
        let bytes: FileBytes
        if let contents {
            guard let content = contents[path] else { throw .unreadable(path, "there is no such file") }
            bytes = try FileBytes(copying: content, path: path)
        } else {
            let file: OpenFile
            if let known = open[path] { file = known } else { file = try OpenFile(path: path, maxBytes: maxBytes) }
            switch mode {
            case .mapped: bytes = try FileBytes(mapping: file)
            case .checkedInPlace(let progress): bytes = try FileBytes(mapping: file, progress: progress)
            case .settled(let progress): bytes = try FileBytes(reading: file, progress: progress)
            }
        }
        opened.append(bytes)
        return bytes
    }
}
