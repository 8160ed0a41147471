extension Column {
    /// Reads a column as `ColumnMode.base64` writes it.
    ///
    /// - Returns: nil for an unknown type, and for what is no base64 of whole values.
    public init?(dtype: String, base64 text: String) {
        guard let bytes = Base64.decoded(text) else { return nil }
        switch dtype {
        case "u8": self = .u8(bytes)
        case "i16": self.init(bytes, Self.i16)
        case "u16": self.init(bytes, Self.u16)
        case "u32": self.init(bytes, Self.u32)
        case "f32": self.init(bytes, Self.f32)
        default: return nil
        }
    }

    /// The bytes are the values' memory: this runs on little-endian machines only.
    private init?<Value: BitwiseCopyable>(_ bytes: [UInt8], _ make: ([Value]) -> Column) {
        let width = MemoryLayout<Value>.size
        guard bytes.count % width == 0 else { return nil }
        let values = bytes.withUnsafeBytes { source in
            (0..<bytes.count / width).map { source.loadUnaligned(fromByteOffset: $0 * width, as: Value.self) }
        }
        self = make(values)
    }
}
