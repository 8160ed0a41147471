internal import CMappedFile

/// The bytes of one file: mapped, or copied into private memory that no writer can reach. Given back with the last index
/// that points into them.
///
/// Private memory is filled in pieces while a parser walks through it, so that each piece is checked while it is still in
/// the processor's cache: whoever reads calls `require` first, until `finish`.
///
/// `@unchecked Sendable`: one thread fills the memory, before the first reference to the finished index escapes; from
/// then on it is only read. A mapping is only read; what its writer does to it shows in `isIntact`.
public final class FileBytes: @unchecked Sendable {
    public let base: UnsafeRawPointer
    public let count: Int
    /// The file's path as it was opened.
    public let path: String
    private let file: OpenFile?
    private let mapping: OpaquePointer?
    private var filling: Filling?
    /// What was found ready last: most calls ask for the same again. All of it when nothing is to be filled.
    private var ready = 0..<Int.max

    /// Gets the bytes that were read so far, and how many there are.
    public typealias Progress = @Sendable (_ done: Int, _ total: Int) -> Void

    private struct Filling {
        /// nil for a mapping, where only the progress is of interest.
        let memory: UnsafeMutableRawPointer?
        var isFilled: [Bool]
        var filledBytes = 0
        let progress: Progress
    }

    /// A piece is small enough to stay in the cache until it is checked, large enough that the call costs nothing.
    private static let pieceBytes = 256 << 10
    /// Between two looks at the file's stamp while it is read.
    private static let stampCheckBytes = 64 << 20

    /// Maps a file.
    ///
    /// - Parameter progress: gets what was required so far.
    init(mapping file: OpenFile, progress: Progress? = nil) throws(IndexFileError) {
        path = file.path
        self.file = file
        count = file.byteCount
        guard count > 0 else {
            mapping = nil
            base = UnsafeRawPointer(FileBytes.empty)
            return
        }
        guard let mapping = annscope_map_file(file.descriptor, count) else {
            throw .unreadable(path, "it can't be mapped: the kernel refuses, or too many files are mapped")
        }
        self.mapping = mapping
        base = annscope_mapping_start(mapping)
        if let progress { beginFilling(nil, progress) }
    }

    /// Private memory for a file, to be filled as it is required.
    init(reading file: OpenFile, progress: @escaping Progress) throws(IndexFileError) {
        path = file.path
        self.file = file
        mapping = nil
        count = file.byteCount
        let memory = try Self.allocate(count, path)
        base = UnsafeRawPointer(memory)
        beginFilling(memory, progress)
    }

    private func beginFilling(_ memory: UnsafeMutableRawPointer?, _ progress: @escaping Progress) {
        let pieces = (count + Self.pieceBytes - 1) / Self.pieceBytes
        filling = Filling(memory: memory, isFilled: Array(repeating: false, count: pieces), progress: progress)
        ready = 0..<0
    }

    /// A copy of bytes that are in memory already.
    init(copying bytes: [UInt8], path: String) throws(IndexFileError) {
        self.path = path
        file = nil
        mapping = nil
        count = bytes.count
        let memory = try Self.allocate(count, path)
        bytes.withUnsafeBytes { source in
            if let start = source.baseAddress { memory.copyMemory(from: start, byteCount: source.count) }
        }
        base = UnsafeRawPointer(memory)
    }

    deinit {
        if let mapping {
            annscope_unmap(mapping)
        } else if base != UnsafeRawPointer(FileBytes.empty) {
            annscope_private_free(base, max(count, 1))
        }
    }

    /// What an empty file's base points to. Never read and never written.
    private nonisolated(unsafe) static let empty = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)

    private static func allocate(_ count: Int, _ path: String) throws(IndexFileError) -> UnsafeMutableRawPointer {
        guard let memory = annscope_private_alloc(max(count, 1)) else {
            throw .unreadable(path, "there are no \(count) bytes of memory for it")
        }
        return memory
    }

    public var isMapped: Bool { mapping != nil }

    /// False once a mapped file was written to: what is read from it then may be of two contents.
    public var isIntact: Bool {
        guard let mapping, let file else { return true }
        return !annscope_mapping_is_torn(mapping) && file.isUnchanged
    }

    /// Bytes that are in memory now.
    public var residentBytes: Int { count == 0 ? 0 : annscope_resident_bytes(base, count) }

    var openFile: OpenFile? { file }

    /// See `OpenFile.identity`; nil for bytes that came from no file.
    var identity: String? { file?.identity }

    /// The place of an address, in bytes from the start of the file.
    func offset(of address: UnsafeRawPointer) -> Int { address - base }

    /// Makes sure that a part is there to be read. The caller has checked that it lies inside the file.
    @inline(__always)
    func require(_ offset: Int, _ length: Int) throws(IndexFileError) {
        if offset >= ready.lowerBound, offset + length <= ready.upperBound { return }
        try fill(offset, length)
    }

    private func fill(_ offset: Int, _ length: Int) throws(IndexFileError) {
        guard var filling, let file, length > 0 else { return }
        let first = offset / Self.pieceBytes
        let last = (offset + length - 1) / Self.pieceBytes
        self.filling = nil
        defer { self.filling = filling }
        for piece in first...last where !filling.isFilled[piece] {
            let start = piece * Self.pieceBytes
            let bytes = min(Self.pieceBytes, count - start)
            if let memory = filling.memory { try file.read(into: memory + start, offset: start, count: bytes) }
            filling.isFilled[piece] = true
            filling.filledBytes += bytes
            if filling.filledBytes / Self.stampCheckBytes != (filling.filledBytes - bytes) / Self.stampCheckBytes {
                try file.checkUnchanged()
            }
            filling.progress(filling.filledBytes, count)
        }
        ready = first * Self.pieceBytes..<(last + 1) * Self.pieceBytes
    }

    /// Reads what nobody has required, and checks that the file is still the one that was opened.
    func finish() throws(IndexFileError) {
        try require(0, count)
        filling = nil
        ready = 0..<Int.max
        // A mapping may have changed under the parser: then what it found means nothing.
        guard isIntact else {
            throw .changed(path, "it was written to while it was read; it can be read once its writer has finished")
        }
        try file?.checkUnchanged()
    }
}
