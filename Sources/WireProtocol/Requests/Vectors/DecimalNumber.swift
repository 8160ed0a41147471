internal import Glibc

/// Reads JSON numbers (RFC 8259, section 6) as the nearest double, as `strtod` does, which is what jansson uses.
///
/// A whole number below 2^53 over a power of ten up to 10^22 is a division of two doubles that are exact, which rounds
/// rightly (Clinger, "How to read floating point numbers accurately", 1990). Nearly all others have at most 19 digits, at most
/// 19 of them behind the point: they are a 64-bit whole number over a power of ten that also fits 64 bits, so that one
/// division with the remainder as its last bit rounds rightly. What is longer goes to `strtod`.
struct DecimalNumber {
    /// Digits of a whole number that surely fits an Int64.
    private static let surelyWhole = 18
    /// Digits of which a UInt64 takes any.
    private static let mostDigits = 19

    private static let exactPowers: [Double] = (0...22).map { (0..<$0).reduce(1) { power, _ in power * 10 } }
    private static let powers: [UInt64] = (0...19).map { (0..<$0).reduce(1) { power, _ in power * 10 } }

    /// The number that begins at a place.
    ///
    /// - Parameters:
    ///   - text: must go on behind the number: there it says where the number ends.
    ///   - place: moved behind the number.
    /// - Returns: nil for what is no JSON number, and for a few that are but are left to jansson: whole ones of more than
    ///   18 digits, and what no double can hold.
    static func read(_ text: UnsafeBufferPointer<UInt8>, at place: inout Int) -> Double? {
        let start = place
        var cursor = place
        let end = text.count
        let isNegative = cursor < end && text[cursor] == UInt8(ascii: "-")
        if isNegative { cursor += 1 }
        var value: UInt64 = 0
        let firstDigit = cursor
        while cursor < end, case let digit = text[cursor] &- 48, digit < 10 {
            value = value &* 10 &+ UInt64(digit)
            cursor += 1
        }
        let wholeDigits = cursor - firstDigit
        guard wholeDigits > 0, wholeDigits == 1 || text[firstDigit] != UInt8(ascii: "0") else { return nil }
        var decimals = 0
        var isWhole = true
        if cursor < end, text[cursor] == UInt8(ascii: ".") {
            isWhole = false
            cursor += 1
            let first = cursor
            while cursor < end, case let digit = text[cursor] &- 48, digit < 10 {
                value = value &* 10 &+ UInt64(digit)
                cursor += 1
            }
            decimals = cursor - first
            guard decimals > 0 else { return nil }
        }
        var exponent = 0
        if cursor < end, text[cursor] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            cursor += 1
            let isBelow = cursor < end && text[cursor] == UInt8(ascii: "-")
            if isBelow || cursor < end && text[cursor] == UInt8(ascii: "+") { cursor += 1 }
            let first = cursor
            while cursor < end, case let digit = text[cursor] &- 48, digit < 10 {
                exponent = min(exponent * 10 + Int(digit), 1_000_000)
                cursor += 1
            }
            guard cursor > first else { return nil }
            if isBelow { exponent = -exponent }
        }
        guard cursor < end else { return nil }
        if isWhole {
            guard wholeDigits <= surelyWhole else { return nil }
            place = cursor
            // A whole number has no negative zero.
            return isNegative ? -Double(value) + 0 : Double(value)
        }
        let digits = wholeDigits + decimals - leadingZeros(text, from: firstDigit, to: cursor)
        let scale = exponent - decimals
        let magnitude: Double
        if digits <= mostDigits, value == 0 {
            magnitude = 0
        } else if digits <= mostDigits, value <= 1 << 53, (-22...0).contains(scale) {
            magnitude = Double(value) / exactPowers[-scale]
        } else if digits <= mostDigits, (-19...0).contains(scale) {
            magnitude = quotient(value, powers[-scale])
        } else {
            guard let base = text.baseAddress else { return nil }
            magnitude = abs(strtod(UnsafeRawPointer(base + start).assumingMemoryBound(to: CChar.self), nil))
            guard magnitude.isFinite else { return nil }
        }
        place = cursor
        return isNegative ? -magnitude : magnitude
    }

    /// Zeros before the first other digit: they don't count against what 64 bits hold.
    private static func leadingZeros(_ text: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
        guard text[start] == UInt8(ascii: "0") else { return 0 }
        var zeros = 0
        for place in start..<end {
            if text[place] == UInt8(ascii: ".") { continue }
            guard text[place] == UInt8(ascii: "0") else { break }
            zeros += 1
        }
        return zeros
    }

    /// `value / divisor`, both above 0, rounded to the nearest double, ties to even.
    private static func quotient(_ value: UInt64, _ divisor: UInt64) -> Double {
        let up = value.leadingZeroBitCount
        let down = divisor.leadingZeroBitCount
        let numerator = value << UInt64(up)
        // The quotient has 63 or 64 bits, ten more than a double: the lowest may say that there is a rest.
        let (bits, rest) = (divisor << UInt64(down)).dividingFullWidth((numerator >> 1, numerator << 63))
        return Double(rest == 0 ? bits : bits | 1) * powerOfTwo(down - up - 63)
    }

    /// Exact, and no product with it is too small: the exponent is −126 to 0.
    private static func powerOfTwo(_ exponent: Int) -> Double {
        Double(bitPattern: UInt64(1023 + exponent) << 52)
    }
}
