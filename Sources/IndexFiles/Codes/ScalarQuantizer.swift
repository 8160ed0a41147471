/// Faiss's `ScalarQuantizer`: each component by itself in few bits (faiss/impl/ScalarQuantizer.cpp, Faiss 1.6 to 1.15).
public struct ScalarQuantizer: Sendable {
    /// Faiss's `QuantizerType`, by its number in the file.
    public enum QuantizerType: Int32, Sendable, CaseIterable {
        case bits8 = 0
        case bits4 = 1
        case bits8Uniform = 2
        case bits4Uniform = 3
        case fp16 = 4
        case bits8Direct = 5
        case bits6 = 6
        case bf16 = 7
        case bits8DirectSigned = 8

        /// For people.
        public var name: String {
            switch self {
            case .bits8: "8-bit"
            case .bits4: "4-bit"
            case .bits8Uniform: "8-bit uniform"
            case .bits4Uniform: "4-bit uniform"
            case .fp16: "fp16"
            case .bits8Direct: "8-bit direct"
            case .bits6: "6-bit"
            case .bf16: "bf16"
            case .bits8DirectSigned: "8-bit direct signed"
            }
        }

        /// Floats that training leaves behind: the least value and the range, for each component or for all together.
        func trainedValues(dimension: Int) -> Int {
            switch self {
            case .bits8, .bits4, .bits6: 2 * dimension
            case .bits8Uniform, .bits4Uniform: 2
            case .fp16, .bits8Direct, .bf16, .bits8DirectSigned: 0
            }
        }

        /// Bytes of a code.
        public func codeBytes(dimension: Int) -> Int {
            switch self {
            case .bits8, .bits8Uniform, .bits8Direct, .bits8DirectSigned: dimension
            case .bits4, .bits4Uniform: (dimension + 1) / 2
            case .bits6: (6 * dimension + 7) / 8
            case .fp16, .bf16: 2 * dimension
            }
        }
    }

    public let type: QuantizerType
    /// The least values of all components, then their ranges; or one of each. Zeros stand in for an untrained quantizer.
    let trained: [Float]

    /// What the integers of a code stand for: `least + step · integer`, for each component. Not for 16-bit floats.
    ///
    /// - Parameters:
    ///   - least: room for `dimension` floats.
    ///   - step: likewise.
    public func writeScale(
        dimension: Int, least: UnsafeMutablePointer<Float>, step: UnsafeMutablePointer<Float>
    ) {
        let largest: Float
        switch type {
        case .bits8, .bits8Uniform: largest = 255
        case .bits4, .bits4Uniform: largest = 15
        case .bits6: largest = 63
        case .fp16, .bf16, .bits8Direct, .bits8DirectSigned:
            least.initialize(repeating: type == .bits8DirectSigned ? -128 : 0, count: dimension)
            return step.initialize(repeating: 1, count: dimension)
        }
        let isUniform = type == .bits8Uniform || type == .bits4Uniform
        for place in 0..<dimension {
            let range = trained[isUniform ? 1 : dimension + place]
            // An integer stands for the middle of its stretch.
            least[place] = trained[isUniform ? 0 : place] + range * 0.5 / largest
            step[place] = range / largest
        }
    }

    /// Writes the components that a code of `type.codeBytes` bytes stands for.
    func decode(_ code: UnsafeRawPointer, dimension: Int, into target: UnsafeMutablePointer<Float>) {
        switch type {
        case .fp16: return VectorEncoding.float16.decode(code, dimension: dimension, into: target)
        case .bf16: return VectorEncoding.bfloat16.decode(code, dimension: dimension, into: target)
        case .bits8Direct: return VectorEncoding.uint8.decode(code, dimension: dimension, into: target)
        case .bits8DirectSigned:
            for place in 0..<dimension {
                target[place] = Float(code.load(fromByteOffset: place, as: UInt8.self)) - 128
            }
            return
        case .bits8, .bits8Uniform:
            for place in 0..<dimension {
                target[place] = (Float(code.load(fromByteOffset: place, as: UInt8.self)) + 0.5) / 255
            }
        case .bits4, .bits4Uniform:
            for place in 0..<dimension {
                let pair = code.load(fromByteOffset: place / 2, as: UInt8.self)
                target[place] = (Float(place % 2 == 0 ? pair & 15 : pair >> 4) + 0.5) / 15
            }
        case .bits6:
            for place in 0..<dimension { target[place] = (Float(Self.sixBits(code, place, dimension)) + 0.5) / 63 }
        }
        // What stands there now is a part of the range, from 0 to 1.
        let isUniform = type == .bits8Uniform || type == .bits4Uniform
        trained.withUnsafeBufferPointer { trained in
            for place in 0..<dimension {
                let least = trained[isUniform ? 0 : place]
                target[place] = least + trained[isUniform ? 1 : dimension + place] * target[place]
            }
        }
    }

    /// Four components share three bytes, the first in the lowest bits.
    private static func sixBits(_ code: UnsafeRawPointer, _ place: Int, _ dimension: Int) -> UInt8 {
        let bit = 6 * place
        let low = UInt16(code.load(fromByteOffset: bit / 8, as: UInt8.self))
        // The last component may end with the code's last byte.
        let isAcross = bit % 8 > 2
        let high = isAcross ? UInt16(code.load(fromByteOffset: bit / 8 + 1, as: UInt8.self)) : 0
        return UInt8(truncatingIfNeeded: (high << 8 | low) >> UInt16(bit % 8)) & 63
    }
}
