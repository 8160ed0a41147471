/// Four ASCII bytes in reading order with which Faiss begins every object (`faiss/impl/index_write.cpp`).
struct FourCC: Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    let value: UInt32

    init(littleEndianValue: UInt32) { value = littleEndianValue }

    /// The first four bytes of the literal's UTF-8 form; shorter literals are padded with zeros.
    init(stringLiteral text: StaticString) {
        var value: UInt32 = 0
        text.withUTF8Buffer { buffer in
            for (position, byte) in buffer.prefix(4).enumerated() { value |= UInt32(byte) << (8 * position) }
        }
        self.value = value
    }

    /// The four characters, with `?` for those that don't print.
    var description: String {
        String(
            (0..<4).map { position in
                let byte = UInt8(truncatingIfNeeded: value >> (8 * position))
                return (0x20..<0x7F).contains(byte) ? Character(UnicodeScalar(byte)) : "?"
            })
    }
}
