/// Reads little-endian values one after the other and never past the end.
///
/// Nothing in an index file is aligned, so every load is unaligned.
struct ByteReader {
    let bytes: FileBytes
    let path: String
    /// Bytes from the start of the file to the next value.
    private(set) var offset: Int

    init(_ bytes: FileBytes, path: String, offset: Int = 0) {
        self.bytes = bytes
        self.path = path
        self.offset = min(max(offset, 0), bytes.count)
    }

    var remaining: Int { bytes.count - offset }

    /// The next `Value`. Throws `truncated` when fewer bytes are left than it has.
    mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, _ field: String
    ) throws(IndexFileError) -> Value {
        let size = MemoryLayout<Value>.size
        guard size <= remaining else { throw truncated(field, needs: "\(size) bytes") }
        defer { offset += size }
        return Value(littleEndian: (bytes.base + offset).loadUnaligned(as: Value.self))
    }

    mutating func readDouble(_ field: String) throws(IndexFileError) -> Double {
        Double(bitPattern: try read(UInt64.self, field))
    }

    mutating func readFloat(_ field: String) throws(IndexFileError) -> Float {
        Float(bitPattern: try read(UInt32.self, field))
    }

    mutating func readFourCC(_ field: String) throws(IndexFileError) -> FourCC {
        FourCC(littleEndianValue: try read(UInt32.self, field))
    }

    /// Steps over `count` elements of `size` bytes (at least 1) and returns the offset of the first.
    /// The count is compared by division, because a product of values from a file may wrap.
    mutating func skip(_ count: UInt64, elementsOf size: Int, _ field: String) throws(IndexFileError) -> Int {
        guard count <= UInt64(remaining / size) else {
            throw truncated(field, needs: "\(count) × \(size) bytes")
        }
        defer { offset += Int(count) * size }
        return offset
    }

    func truncated(_ field: String, needs: String) -> IndexFileError {
        IndexFileError(
            code: .truncated, path: path, offset: offset, field: field,
            message: "\(needs) are needed here and \(remaining) are left: the file's size is \(bytes.count) bytes. "
                + "It was cut short, or its writer has not finished")
    }

    func invalid(_ field: String, at place: Int? = nil, _ message: String) -> IndexFileError {
        IndexFileError(code: .invalidField, path: path, offset: place ?? offset, field: field, message: message)
    }

    func unsupported(_ field: String, at place: Int? = nil, _ message: String) -> IndexFileError {
        IndexFileError(code: .unsupported, path: path, offset: place ?? offset, field: field, message: message)
    }
}
