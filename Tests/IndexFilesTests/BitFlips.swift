/// One to three bits to be flipped, again and again; every other time among the headers, where the sizes are.
struct BitFlips: Sequence, IteratorProtocol {
    struct Flip {
        let bits: [Int]

        func applied(to bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            for bit in bits { bytes[bit / 8] ^= 1 << UInt8(bit % 8) }
            return bytes
        }
    }

    private var left: Int
    private let byteCount: Int
    private let headers: Range<Int>
    private var state: UInt64 = 1

    init(count: Int, in byteCount: Int, headers: Range<Int>) {
        left = count
        self.byteCount = byteCount
        self.headers = headers
    }

    mutating func next() -> Flip? {
        guard left > 0 else { return nil }
        left -= 1
        let range = left % 2 == 0 ? headers : 0..<byteCount
        return Flip(
            bits: (0...Int(random() % 3)).map { _ in range.lowerBound * 8 + Int(random() % UInt64(range.count * 8)) })
    }

    /// Vigna's splitmix64: reproducible, so that a failure can be repeated.
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
