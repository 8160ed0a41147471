/// How the components of a vector lie in its code.
public enum VectorEncoding: Sendable {
    /// 32-bit IEEE floats.
    case float32
    /// 16-bit IEEE floats.
    case float16
    /// The upper halves of 32-bit floats.
    case bfloat16
    /// Unsigned bytes, taken as they are (hnswlib's `L2SpaceI`).
    case uint8
    /// Signed bytes, 127 standing for 1 (usearch's i8 since 2.14, Voyager's Float8).
    case int8
    /// Signed bytes, 100 standing for 1 (usearch's i8 up to 2.13).
    case hundredths
    /// Voyager's 8-bit floats: sign in the lowest bit, then 4 bits of exponent and 3 of mantissa.
    case e4m3
    /// A bit a component, the lowest bit of a byte first.
    case bits
    /// A bit a component, the highest bit of a byte first (usearch's b1x8).
    case bitsFromTop
    /// Faiss's scalar quantizer.
    case scalar(ScalarQuantizer)
    /// Faiss's product quantizer.
    case product(ProductQuantizer)

    /// For people: "float32", "8-bit scalar quantizer", "product quantizer 8×8 bits".
    public var name: String {
        switch self {
        case .float32: "float32"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        case .uint8: "uint8"
        case .int8: "int8"
        case .hundredths: "int8 hundredths"
        case .e4m3: "E4M3 float8"
        case .bits, .bitsFromTop: "bits"
        case .scalar(let quantizer): "\(quantizer.type.name) scalar quantizer"
        case .product(let quantizer): "product quantizer \(quantizer.M)×\(quantizer.nbits) bits"
        }
    }

    /// Bytes of a code of `dimension` components.
    public func codeBytes(dimension: Int) -> Int {
        switch self {
        case .float32: 4 * dimension
        case .float16, .bfloat16: 2 * dimension
        case .uint8, .int8, .hundredths, .e4m3: dimension
        case .bits, .bitsFromTop: (dimension + 7) / 8
        case .scalar(let quantizer): quantizer.type.codeBytes(dimension: dimension)
        case .product(let quantizer): quantizer.codeBytes
        }
    }

    /// Writes the components that a code stands for.
    ///
    /// - Parameters:
    ///   - code: `codeBytes(dimension:)` bytes, not aligned.
    ///   - target: room for `dimension` floats.
    public func decode(_ code: UnsafeRawPointer, dimension: Int, into target: UnsafeMutablePointer<Float>) {
        switch self {
        case .float32:
            UnsafeMutableRawPointer(target).copyMemory(from: code, byteCount: 4 * dimension)
        case .float16:
            for place in 0..<dimension {
                target[place] = Float(code.loadUnaligned(fromByteOffset: 2 * place, as: Float16.self))
            }
        case .bfloat16:
            for place in 0..<dimension {
                let upper = code.loadUnaligned(fromByteOffset: 2 * place, as: UInt16.self)
                target[place] = Float(bitPattern: UInt32(upper) << 16)
            }
        case .uint8:
            for place in 0..<dimension { target[place] = Float(code.load(fromByteOffset: place, as: UInt8.self)) }
        case .int8:
            for place in 0..<dimension { target[place] = Float(code.load(fromByteOffset: place, as: Int8.self)) / 127 }
        case .hundredths:
            for place in 0..<dimension { target[place] = Float(code.load(fromByteOffset: place, as: Int8.self)) / 100 }
        case .e4m3:
            for place in 0..<dimension { target[place] = Self.e4m3(code.load(fromByteOffset: place, as: UInt8.self)) }
        case .bits:
            for place in 0..<dimension {
                target[place] = Float(code.load(fromByteOffset: place / 8, as: UInt8.self) >> UInt8(place % 8) & 1)
            }
        case .bitsFromTop:
            for place in 0..<dimension {
                target[place] = Float(code.load(fromByteOffset: place / 8, as: UInt8.self) >> UInt8(7 - place % 8) & 1)
            }
        case .scalar(let quantizer): quantizer.decode(code, dimension: dimension, into: target)
        case .product(let quantizer): quantizer.decode(code, into: target)
        }
    }

    /// The value of one of Voyager's 8-bit floats (voyager `cpp/src/E4M3.h`): bias 7, no infinities, and the numbers
    /// without an exponent keep the factor 2⁻⁷.
    private static func e4m3(_ byte: UInt8) -> Float {
        let exponent = Int(byte >> 1 & 15)
        let mantissa = Float(byte >> 5) / 8
        if exponent == 15, byte >> 5 == 7 { return .nan }
        let magnitude = Float(sign: .plus, exponent: exponent - 7, significand: exponent == 0 ? mantissa : 1 + mantissa)
        return byte & 1 == 0 ? magnitude : -magnitude
    }
}
