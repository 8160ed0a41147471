/// The bits of two coordinates, in turns (Morton 1966): the codes of a square whose side is a power of two follow each
/// other without a gap.
enum MortonCode {
    static func code(_ x: UInt16, _ y: UInt16) -> UInt32 { spread(x) | spread(y) << 1 }

    static func place(_ code: UInt32) -> (x: UInt16, y: UInt16) { (gather(code), gather(code >> 1)) }

    /// The codes of a tile. Columns and rows are below 2^zoom, zooms at most 16.
    static func codes(zoom: Int, column: Int, row: Int) -> ClosedRange<UInt32> {
        let shift = 16 - zoom
        let low = code(UInt16(column << shift), UInt16(row << shift))
        return low...(low + UInt32(truncatingIfNeeded: (1 << (2 * shift)) - 1))
    }

    /// Puts a zero before each bit.
    private static func spread(_ value: UInt16) -> UInt32 {
        var bits = UInt32(value)
        bits = (bits | bits << 8) & 0x00FF_00FF
        bits = (bits | bits << 4) & 0x0F0F_0F0F
        bits = (bits | bits << 2) & 0x3333_3333
        return (bits | bits << 1) & 0x5555_5555
    }

    /// Takes every second bit.
    private static func gather(_ code: UInt32) -> UInt16 {
        var bits = code & 0x5555_5555
        bits = (bits | bits >> 1) & 0x3333_3333
        bits = (bits | bits >> 2) & 0x0F0F_0F0F
        bits = (bits | bits >> 4) & 0x00FF_00FF
        return UInt16(truncatingIfNeeded: bits | bits >> 8)
    }
}
