import CVectorKernels

/// The codings of components, decoded here one by one and by their definitions.
enum RowCoding: String, CaseIterable {
    case float32, float16, bfloat16, unsigned8, signed8, unsigned6, unsigned4

    var name: annscope_coding {
        switch self {
        case .float32: annscope_float32
        case .float16: annscope_float16
        case .bfloat16: annscope_bfloat16
        case .unsigned8: annscope_unsigned8
        case .signed8: annscope_signed8
        case .unsigned6: annscope_unsigned6
        case .unsigned4: annscope_unsigned4
        }
    }

    var bits: Int {
        switch self {
        case .float32: 32
        case .float16, .bfloat16: 16
        case .unsigned8, .signed8: 8
        case .unsigned6: 6
        case .unsigned4: 4
        }
    }

    /// Whether a component is `least + step * code`.
    var isCoded: Bool { bits < 16 }

    func bytes(_ dimension: Int) -> Int { (bits * dimension + 7) / 8 }

    /// The number or code at `place`.
    func stored(_ row: UnsafeRawPointer, _ place: Int) -> Double {
        switch self {
        case .float32: Double(row.loadUnaligned(fromByteOffset: 4 * place, as: Float.self))
        case .float16: Double(Float16(bitPattern: row.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)))
        case .bfloat16:
            Double(Float(bitPattern: UInt32(row.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)) << 16))
        case .signed8: Double(row.load(fromByteOffset: place, as: Int8.self))
        case .unsigned8, .unsigned6, .unsigned4: Double(packed(row, from: place * bits, width: bits))
        }
    }

    /// Fills a row with components of about −2…2, or with any codes.
    func fill(_ row: UnsafeMutableRawPointer, _ dimension: Int, _ numbers: inout SeededNumbers) {
        numbers.fill(row, bytes: bytes(dimension))
        switch self {
        case .float32:
            numbers.vector(dimension).withUnsafeBytes { row.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        case .float16, .bfloat16:
            for place in 0..<dimension {
                let high = row.load(fromByteOffset: 2 * place + 1, as: UInt8.self)
                let calm = self == .float16 ? high & 0xbf : high & 0x80 | 0x3f
                row.storeBytes(of: calm, toByteOffset: 2 * place + 1, as: UInt8.self)
            }
        default: break
        }
    }
}

/// `width` bits from bit `first` on, the lowest first.
func packed(_ row: UnsafeRawPointer, from first: Int, width: Int) -> Int {
    var value = 0
    for bit in 0..<width {
        let byte = row.load(fromByteOffset: (first + bit) / 8, as: UInt8.self)
        value |= Int(byte >> UInt8((first + bit) % 8) & 1) << bit
    }
    return value
}
