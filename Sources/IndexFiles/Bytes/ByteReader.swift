/// Reads little-endian values one after the other and never past the end.
///
/// Nothing in an index file is aligned, so every load is unaligned.
struct ByteReader {
    let bytes: FileBytes
    /// Bytes from the start of the file to the next value.
    private(set) var offset: Int

    init(_ bytes: FileBytes, offset: Int = 0) {
        self.bytes = bytes
        self.offset = min(max(offset, 0), bytes.count)
    }

    var path: String { bytes.path }
    var remaining: Int { bytes.count - offset }
    /// The address of the next value.
    var position: UnsafeRawPointer { bytes.base + offset }

    /// The next `Value`. Throws `truncated` when fewer bytes are left than it has.
    mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: Value.Type, _ field: @autoclosure () -> String
    ) throws(IndexFileError) -> Value {
        let size = MemoryLayout<Value>.size
        guard size <= remaining else { throw truncated(field(), needs: "\(size) bytes") }
        try bytes.require(offset, size)
        defer { offset += size }
        return Value(littleEndian: (bytes.base + offset).loadUnaligned(as: Value.self))
    }

    mutating func readDouble(_ field: @autoclosure () -> String) throws(IndexFileError) -> Double {
        Double(bitPattern: try read(UInt64.self, field()))
    }

    mutating func readFloat(_ field: @autoclosure () -> String) throws(IndexFileError) -> Float {
        Float(bitPattern: try read(UInt32.self, field()))
    }

    mutating func readFourCC(_ field: @autoclosure () -> String) throws(IndexFileError) -> FourCC {
        FourCC(littleEndianValue: try read(UInt32.self, field()))
    }

    /// Steps over `count` elements of `size` bytes (at least 1) and returns the offset of the first.
    /// The count is compared by division, because a product of values from a file may wrap.
    mutating func skip(
        _ count: UInt64, elementsOf size: Int, _ field: @autoclosure () -> String
    ) throws(IndexFileError) -> Int {
        guard count <= UInt64(remaining / size) else {
            throw truncated(field(), needs: "\(count) × \(size) bytes")
        }
        defer { offset += Int(count) * size }
        return offset
    }

    /// The number of elements that a vector has, which stands before them, and the offset of the first. The elements
    /// themselves may not have been read yet: see `FileBytes.require`.
    mutating func vector(
        elementsOf size: Int, _ field: @autoclosure () -> String
    ) throws(IndexFileError) -> (offset: Int, count: Int) {
        let count = try read(UInt64.self, field())
        let start = try skip(count, elementsOf: size, field())
        return (start, Int(count))
    }

    /// A vector like `vector(elementsOf:)`, copied: for tables that lead to addresses, which must not change any more.
    ///
    /// - Parameter parts: values of an element, which come one after the other.
    mutating func copiedVector<Value: FixedWidthInteger & BitwiseCopyable>(
        of type: Value.Type, parts: Int = 1, _ field: @autoclosure () -> String
    ) throws(IndexFileError) -> [Value] {
        let (start, elements) = try vector(elementsOf: parts * MemoryLayout<Value>.size, field())
        let count = elements * parts
        try bytes.require(start, count * MemoryLayout<Value>.size)
        let base = bytes.base + start
        return [Value](unsafeUninitializedCapacity: count) { target, used in
            for place in 0..<count {
                let value = base.loadUnaligned(fromByteOffset: place * MemoryLayout<Value>.size, as: Value.self)
                target.initializeElement(at: place, to: Value(littleEndian: value))
            }
            used = count
        }
    }

    /// A one-byte truth value.
    mutating func readBool(_ field: @autoclosure () -> String) throws(IndexFileError) -> Bool {
        let value = try read(UInt8.self, field())
        guard value <= 1 else { throw invalid(field(), at: offset - 1, "it is \(value), and 0 or 1 is allowed") }
        return value == 1
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
