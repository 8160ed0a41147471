/// Faiss's `ProductQuantizer`: the vector in `M` parts, each by the number of its nearest centroid (Jégou, Douze and
/// Schmid 2011; faiss/impl/ProductQuantizer.h, Faiss 1.6 to 1.15).
///
/// `@unchecked Sendable`: points into `FileBytes`, which are kept by the vectors that it decodes.
public struct ProductQuantizer: @unchecked Sendable {
    public let dimension: Int
    /// Parts of a vector.
    public let M: Int
    /// Bits of a part's code, 1 to 24.
    public let nbits: Int
    /// `M` × 2^nbits centroids of `dimension / M` floats each, not aligned.
    public let centroids: UnsafeRawPointer
    /// Keeps the centroids.
    let bytes: FileBytes

    /// Components of a part.
    public var partDimension: Int { dimension / M }
    /// Centroids of a part.
    public var partCentroids: Int { 1 << nbits }
    public var codeBytes: Int { (nbits * M + 7) / 8 }

    /// The floats of centroid `number` of a part.
    @inlinable
    public func centroid(part: Int, number: Int) -> UnsafeRawPointer {
        centroids + ((part << nbits) + number) * partDimension * 4
    }

    /// The number of the centroid in a part of a code. Codes are packed from the lowest bit of the first byte.
    public func number(_ code: UnsafeRawPointer, part: Int) -> Int {
        if nbits == 8 { return Int(code.load(fromByteOffset: part, as: UInt8.self)) }
        var number = 0
        for place in 0..<nbits {
            let bit = part * nbits + place
            number |= Int(code.load(fromByteOffset: bit / 8, as: UInt8.self) >> UInt8(bit % 8) & 1) << place
        }
        return number
    }

    func decode(_ code: UnsafeRawPointer, into target: UnsafeMutablePointer<Float>) {
        for part in 0..<M { decode(part: part, number: number(code, part: part), into: target) }
    }

    func decode(part: Int, number: Int, into target: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(target + part * partDimension)
            .copyMemory(from: centroid(part: part, number: number), byteCount: partDimension * 4)
    }
}
