/// How maps and what is known of them lie in a file: eight letters that say what it is, the version of this form, the
/// version of what makes maps, numbers and columns, and a `ContentKey` of all that as a checksum. Little-endian.
enum StoredColumns {
    /// Goes up when the form of a file changes.
    static let formVersion: UInt32 = 2
    /// Letters and versions.
    static let headBytes = 16
    static let checksumBytes = 16

    struct Writer {
        private var bytes: [UInt8]

        /// - Parameter kind: eight ASCII letters.
        init(kind: StaticString, capacity: Int) {
            bytes = []
            bytes.reserveCapacity(headBytes + capacity + checksumBytes)
            kind.withUTF8Buffer { bytes += $0 }
            append(StoredColumns.formVersion)
            append(IndexMap.engineVersion)
        }

        mutating func append<Value: BitwiseCopyable>(_ value: Value) {
            withUnsafeBytes(of: value) { bytes += $0 }
        }

        mutating func append<Value: BitwiseCopyable>(column: [Value]) { column.withUnsafeBytes { bytes += $0 } }

        mutating func append(text: String) {
            let text = Array(text.utf8)
            append(UInt32(clamping: text.count))
            append(column: text)
        }

        /// All bytes, with their checksum.
        func finish() -> [UInt8] {
            var whole = self
            let key = ContentKey(of: bytes)
            whole.append(key.high)
            whole.append(key.low)
            return whole.bytes
        }
    }

    /// Reads what a `Writer` wrote. Nothing is ever made larger than the bytes there are.
    struct Reader {
        private let bytes: [UInt8]
        /// Where the columns end and the checksum begins.
        private let end: Int
        private(set) var offset: Int
        /// Bytes that were not read yet.
        var left: Int { end - offset }

        /// - Throws: `unrecognised`, `anotherVersion`, `damaged`.
        init(_ bytes: [UInt8], kind: StaticString) throws(MapStoreError) {
            self.bytes = bytes
            end = bytes.count - checksumBytes
            offset = 8
            let isKind = kind.withUTF8Buffer { letters in bytes.starts(with: letters) }
            guard bytes.count >= headBytes + checksumBytes, isKind else {
                throw MapStoreError(.unrecognised, offset: 0, "it does not begin with \"\(kind)\"")
            }
            let form: UInt32 = try number("version")
            let engine: UInt32 = try number("engine")
            guard form == StoredColumns.formVersion, engine == IndexMap.engineVersion else {
                throw MapStoreError(
                    .anotherVersion, field: "version", offset: 8,
                    "\(form) of the form and \(engine) of the engine; this is \(StoredColumns.formVersion) and "
                        + "\(IndexMap.engineVersion)")
            }
            let key = bytes.withUnsafeBytes { all in
                ContentKey(UnsafeRawBufferPointer(rebasing: all[..<end])) { false }
            }
            let stored = bytes.withUnsafeBytes { all in
                (
                    high: all.loadUnaligned(fromByteOffset: end, as: UInt64.self),
                    low: all.loadUnaligned(fromByteOffset: end + 8, as: UInt64.self)
                )
            }
            guard let key, key.high == stored.high, key.low == stored.low else {
                throw MapStoreError(
                    .damaged, field: "checksum", offset: end, "the bytes are not those that were written")
            }
        }

        mutating func number<Value: FixedWidthInteger & BitwiseCopyable>(_ field: String) throws(MapStoreError) -> Value
        {
            try column(1, field)[0]
        }

        /// - Parameter count: as a file has it, so any number.
        mutating func column<Value: BitwiseCopyable>(_ count: Int, _ field: String) throws(MapStoreError) -> [Value] {
            let width = MemoryLayout<Value>.stride
            guard count >= 0, count <= (end - offset) / width else {
                throw MapStoreError(
                    .truncated, field: field, offset: offset,
                    "\(count) values of \(width) bytes, and \(end - offset) bytes are left")
            }
            let start = offset
            offset += count * width
            return [Value](unsafeUninitializedCapacity: count) { target, used in
                bytes.withUnsafeBytes { all in
                    UnsafeMutableRawBufferPointer(target).copyMemory(
                        from: UnsafeRawBufferPointer(rebasing: all[start..<start + count * width]))
                }
                used = count
            }
        }

        mutating func text(_ field: String) throws(MapStoreError) -> String {
            let start = offset
            let count: UInt32 = try number(field)
            let bytes: [UInt8] = try column(Int(count), field)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw MapStoreError(.invalidField, field: field, offset: start, "no text in UTF-8")
            }
            return text
        }

        /// - Throws: `trailingBytes` when not all was read.
        func finish() throws(MapStoreError) {
            guard offset == end else {
                throw MapStoreError(.trailingBytes, offset: offset, "\(end - offset) bytes are left over")
            }
        }
    }
}
