/// How a client wants columns of numbers.
public enum ColumnMode: String, Sendable, CaseIterable {
    /// JSON arrays of numbers; NaN and infinities are null.
    case arrays
    /// `{"dtype":"f32","data":"<base64 of the little-endian bytes>"}`: a quarter of the bytes, and one text to parse.
    case base64
}

/// One field of many rows.
public enum Column: Sendable, Equatable {
    case u8([UInt8])
    case i16([Int16])
    case u16([UInt16])
    case u32([UInt32])
    case f32([Float])

    /// Bytes of the values.
    public var byteCount: Int {
        switch self {
        case .u8(let values): values.count
        case .i16(let values): values.count * 2
        case .u16(let values): values.count * 2
        case .u32(let values): values.count * 4
        case .f32(let values): values.count * 4
        }
    }

    /// Appends the column as JSON. Written by hand: a tree of values takes twenty times as long.
    func append(to text: inout [UInt8], _ mode: ColumnMode) {
        switch (self, mode) {
        case (.u8(let values), .arrays): Self.list(values, &text) { Self.integer(Int($0), &$1) }
        case (.i16(let values), .arrays): Self.list(values, &text) { Self.integer(Int($0), &$1) }
        case (.u16(let values), .arrays): Self.list(values, &text) { Self.integer(Int($0), &$1) }
        case (.u32(let values), .arrays): Self.list(values, &text) { Self.integer(Int($0), &$1) }
        case (.f32(let values), .arrays): Self.list(values, &text) { Self.float($0, &$1) }
        case (.u8(let values), .base64): Self.packed("u8", values, &text)
        case (.i16(let values), .base64): Self.packed("i16", values, &text)
        case (.u16(let values), .base64): Self.packed("u16", values, &text)
        case (.u32(let values), .base64): Self.packed("u32", values, &text)
        case (.f32(let values), .base64): Self.packed("f32", values, &text)
        }
    }

    private static func list<Value>(
        _ values: [Value], _ text: inout [UInt8], _ append: (Value, inout [UInt8]) -> Void
    ) {
        text.append(UInt8(ascii: "["))
        for (place, value) in values.enumerated() {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            append(value, &text)
        }
        text.append(UInt8(ascii: "]"))
    }

    static func integer(_ value: Int, _ text: inout [UInt8]) {
        if value < 0 { text.append(UInt8(ascii: "-")) }
        var rest = value.magnitude
        let start = text.count
        repeat {
            text.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        text[start...].reverse()
    }

    /// The shortest digits that read back as the same float.
    private static func float(_ value: Float, _ text: inout [UInt8]) {
        text.append(contentsOf: value.isFinite ? value.description.utf8 : "null".utf8)
    }

    /// The values' memory as it is: this runs on little-endian machines only.
    private static func packed<Value: BitwiseCopyable>(_ type: String, _ values: [Value], _ text: inout [UInt8]) {
        text.append(contentsOf: "{\"dtype\":\"\(type)\",\"data\":\"".utf8)
        values.withUnsafeBytes { Base64.append($0, to: &text) }
        text.append(contentsOf: "\"}".utf8)
    }
}
