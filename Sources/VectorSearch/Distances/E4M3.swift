/// Voyager's 8-bit floats (voyager/cpp/src/E4M3.h, after Micikevicius et al., FP8 Formats for Deep Learning, 2022): sign in the
/// lowest bit, then 4 bits of exponent, bias 7, and 3 of mantissa.
enum E4M3 {
    /// The code that Voyager makes of a number, step by step as its constructor does; nil for one that it refuses.
    static func code(_ value: Float) -> UInt8? {
        guard value.isFinite else { return 0xFE }
        guard value != 0 else { return 0 }
        guard (-448...448).contains(value) else { return nil }
        let biased = Int(value.exponentBitPattern) - 120
        var fraction = value.significandBitPattern
        var exponent: UInt8
        var mantissa: UInt8
        if biased < 0 {
            exponent = 0
            if biased < -4 {
                mantissa = 0
                fraction = 0
            } else {
                fraction = (fraction | 1 << 23) >> UInt32(-biased)
                mantissa = UInt8(truncatingIfNeeded: fraction >> 20) & 7
            }
        } else if biased == 0 {
            // Numbers whose exponent would be 0 have no code of their own: they become one of their neighbours.
            let isUpper = fraction >> 20 >= 4
            exponent = isUpper ? 1 : 0
            mantissa = isUpper ? 0 : 7
            if isUpper { fraction &= ~(1 << 19) }
        } else {
            exponent = UInt8(biased)
            mantissa = UInt8(fraction >> 20)
        }
        // To the nearest, of two the even one.
        let isHalf = fraction & (1 << 19) != 0
        if isHalf, fraction & (1 << 19 - 1) != 0 || mantissa & 1 == 1 {
            if mantissa < 7 {
                mantissa += 1
            } else if exponent < 15 {
                exponent += 1
                mantissa = 0
            } else {
                return nil
            }
        }
        return mantissa << 5 | exponent << 1 | (value < 0 ? 1 : 0)
    }
}
