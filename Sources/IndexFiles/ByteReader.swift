/// Reads the fields of a file one after the other and can't leave it: every fault becomes an `IndexFileError` that
/// names the field and its place. All numbers are little-endian and unaligned.
struct ByteReader {
    let path: String
    let bytes: FileBytes
    private(set) var offset = 0

    init(_ bytes: FileBytes, path: String) {
        self.bytes = bytes
        self.path = path
    }

    var remaining: Int { bytes.count - offset }

    func error(
        _ code: IndexFileError.Code, _ field: String, at offset: Int? = nil, _ message: String
    ) -> IndexFileError {
        IndexFileError(code: code, path: path, offset: offset ?? self.offset, field: field, message: message)
    }

    /// Fails unless `count` elements of `stride` bytes are still there. Divides, so that no product can wrap.
    func require(_ count: UInt64, of stride: Int, _ field: String) throws(IndexFileError) {
        guard stride == 0 || count <= UInt64(remaining / stride) else {
            throw error(
                .truncated, field,
                "truncated: \(count) elements of \(stride) bytes are announced, the file has \(remaining) bytes left")
        }
    }

    mutating func read<T: FixedWidthInteger & BitwiseCopyable>(
        _ type: T.Type, _ field: String
    ) throws(IndexFileError) -> T {
        let size = MemoryLayout<T>.size
        guard remaining >= size else {
            throw error(
                .truncated, field, "truncated: \(size) bytes are needed, the size of the file leaves \(remaining)")
        }
        defer { offset += size }
        return T(littleEndian: bytes.base.loadUnaligned(fromByteOffset: offset, as: T.self))
    }

    mutating func readDouble(_ field: String) throws(IndexFileError) -> Double {
        Double(bitPattern: try read(UInt64.self, field))
    }

    mutating func readFloat(_ field: String) throws(IndexFileError) -> Float {
        Float(bitPattern: try read(UInt32.self, field))
    }

    /// Four ASCII characters that name what follows; other bytes are shown as dots.
    mutating func readFourCC(_ field: String) throws(IndexFileError) -> String {
        let value = try read(UInt32.self, field)
        return Self.fourCC(value)
    }

    static func fourCC(_ value: UInt32) -> String {
        String(
            (0..<4).map { index -> Character in
                let byte = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index)))
                return (0x20...0x7E).contains(byte) ? Character(UnicodeScalar(byte)) : "."
            })
    }

    /// The element count of a `vec<T>`, checked against what the file can hold.
    mutating func readCount(of stride: Int, _ field: String) throws(IndexFileError) -> Int {
        let count = try read(UInt64.self, field)
        try require(count, of: stride, field)
        return Int(count)
    }

    /// Passes over `count` elements of `stride` bytes and returns where they began.
    mutating func skip(_ count: Int, of stride: Int, _ field: String) throws(IndexFileError) -> Int {
        try require(UInt64(count), of: stride, field)
        defer { offset += count * stride }
        return offset
    }
}
