/// Looks for NaN and infinity in codes.
struct FiniteCheck {
    private let encoding: VectorEncoding
    private let dimension: Int

    init(_ encoding: VectorEncoding, dimension: Int) {
        self.encoding = encoding
        self.dimension = dimension
    }

    /// True when no code of this encoding can hold them, so that there is nothing to read.
    var alwaysHolds: Bool {
        switch encoding {
        case .float32, .float16, .bfloat16, .e4m3: false
        case .scalar(let quantizer): quantizer.type != .fp16 && quantizer.type != .bf16
        case .uint8, .int8, .hundredths, .bits, .bitsFromTop, .product: true
        }
    }

    /// True when all components of a code are finite.
    @inline(__always)
    func holds(_ code: UnsafeRawPointer) -> Bool {
        if case .float32 = encoding { return Self.areFinite(code, count: dimension) }
        return holdsOtherwise(code)
    }

    private func holdsOtherwise(_ code: UnsafeRawPointer) -> Bool {
        switch encoding {
        case .float16: Self.areFinite(code, count: dimension, exponent: 0x7C00)
        case .bfloat16: Self.areFinite(code, count: dimension, exponent: 0x7F80)
        case .scalar(let quantizer) where quantizer.type == .fp16:
            Self.areFinite(code, count: dimension, exponent: 0x7C00)
        case .scalar(let quantizer) where quantizer.type == .bf16:
            Self.areFinite(code, count: dimension, exponent: 0x7F80)
        case .e4m3: (0..<dimension).allSatisfy { code.load(fromByteOffset: $0, as: UInt8.self) | 1 != 0xFF }
        default: true
        }
    }

    /// True when all floats are finite. A float is NaN or infinite when all its exponent bits are set, so that adding one
    /// to the exponent carries into the top bit. No early exit, so that the loop vectorises.
    static func areFinite(_ floats: UnsafeRawPointer, count: Int) -> Bool {
        var carries = SIMD8<UInt32>()
        var place = 0
        while place + 8 <= count {
            let bits = floats.loadUnaligned(fromByteOffset: place &* 4, as: SIMD8<UInt32>.self)
            carries |= (bits & 0x7FFF_FFFF) &+ 0x0080_0000
            place += 8
        }
        var carry: UInt32 = 0
        for lane in 0..<8 { carry |= carries[lane] }
        while place < count {
            let bits = floats.loadUnaligned(fromByteOffset: place &* 4, as: UInt32.self)
            carry |= (bits & 0x7FFF_FFFF) &+ 0x0080_0000
            place += 1
        }
        return carry >> 31 == 0
    }

    private static func areFinite(_ halves: UnsafeRawPointer, count: Int, exponent: UInt16) -> Bool {
        for place in 0..<count {
            let bits = halves.loadUnaligned(fromByteOffset: place &* 2, as: UInt16.self)
            if bits & exponent == exponent { return false }
        }
        return true
    }
}
