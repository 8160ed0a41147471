/// One-pass checks of vectors and labels.
enum ContentChecks {
    /// The largest integer up to which JSON readers keep every integer exact (2^53).
    static let widestExactInteger: UInt64 = 1 << 53

    /// True when all floats are finite. `floats` need not be aligned.
    static func allFinite(_ floats: UnsafeRawPointer, count: Int) -> Bool {
        // A float is NaN or infinite when all its exponent bits are set. No early exit, so that the loop vectorises.
        let exponent: UInt32 = 0x7F80_0000
        var bad: UInt32 = 0
        for position in 0..<count {
            let bits = floats.loadUnaligned(fromByteOffset: position &* 4, as: UInt32.self)
            bad |= bits & exponent == exponent ? 1 : 0
        }
        return bad == 0
    }

    /// The smallest value that occurs twice, or nil. Sorted input costs one pass.
    static func firstDuplicate(_ values: [UInt64]) -> UInt64? {
        if zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }) { return nil }
        let sorted = values.sorted()
        return zip(sorted, sorted.dropFirst()).first { $0 == $1 }?.0
    }
}
