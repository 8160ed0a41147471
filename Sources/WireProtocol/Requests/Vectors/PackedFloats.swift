/// Float32s as base64 (RFC 4648, section 4) in a JSON text.
struct PackedFloats {
    /// Reads the floats of a string that begins at a place.
    ///
    /// - Parameter place: that of the first character; moved to the closing quote.
    /// - Returns: nil for what is not plain base64 of whole floats: it is left to the slow way, which says what is wrong.
    static func read(_ text: UnsafeBufferPointer<UInt8>, at place: inout Int) -> [Float]? {
        let start = place
        guard let end = text[start...].firstIndex(of: UInt8(ascii: "\"")) else { return nil }
        let count = end - start
        guard count % 4 == 0 else { return nil }
        let padding = count == 0 ? 0 : text[end - 1] != pad ? 0 : text[end - 2] != pad ? 1 : 2
        let bytes = count / 4 * 3 - padding
        guard bytes % 4 == 0 else { return nil }
        var isPlain = true
        let floats = [Float](unsafeUninitializedCapacity: (bytes + 3) / 4 + 1) { room, used in
            let target = UnsafeMutableRawBufferPointer(room)
            var written = 0
            alphabet.withUnsafeBufferPointer { values in
                var cursor = start
                while cursor < end {
                    let isLast = cursor + 4 == end && padding > 0
                    let a = values[Int(text[cursor])]
                    let b = values[Int(text[cursor + 1])]
                    let c = isLast && padding == 2 ? 0 : values[Int(text[cursor + 2])]
                    let d = isLast ? 0 : values[Int(text[cursor + 3])]
                    isPlain = isPlain && (a | b | c | d) < 64
                    let word = UInt32(a) << 18 | UInt32(b) << 12 | UInt32(c) << 6 | UInt32(d)
                    // What stands behind the last whole byte must be nothing.
                    if isLast { isPlain = isPlain && word & (padding == 2 ? 0xFFFF : 0xFF) == 0 }
                    target[written] = UInt8(truncatingIfNeeded: word >> 16)
                    if written + 1 < bytes { target[written + 1] = UInt8(truncatingIfNeeded: word >> 8) }
                    if written + 2 < bytes { target[written + 2] = UInt8(truncatingIfNeeded: word) }
                    written += 3
                    cursor += 4
                }
            }
            used = bytes / 4
        }
        guard isPlain else { return nil }
        place = end
        return floats
    }

    private static let pad = UInt8(ascii: "=")

    /// The six bits of each character; 255 for all that is none of the alphabet.
    private static let alphabet: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        let characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in characters.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()
}
