import Foundation

/// Memory whose last byte is followed by a page that may not be touched, for rows that end a file's mapping.
final class FencedRows {
    private let start: UnsafeMutableRawPointer
    private let size: Int
    private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

    init(mostBytes: Int) {
        size = (mostBytes / Self.page + 1) * Self.page
        start = mmap(nil, size + Self.page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        precondition(start != MAP_FAILED && mprotect(start + size, Self.page, PROT_NONE) == 0)
    }

    deinit { munmap(start, size + Self.page) }

    /// `count` rows of `bytes` each, one behind the other, the last one up to the fence, at whatever alignment that is.
    func rows(_ count: Int, bytes: Int) -> [UnsafeMutableRawPointer] {
        (0..<count).map { start + size - (count - $0) * bytes }
    }
}

/// Numbers that look random and are the same in each run (Steele et al., Fast Splittable Pseudorandom Number Generators).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(seed) }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ mixed >> 27) &* 0x94d0_49bb_1331_11eb
        return mixed ^ mixed >> 31
    }

    /// Components of −1…1.
    mutating func vector(_ dimension: Int) -> [Float] {
        (0..<dimension).map { _ in Float(Int64(truncatingIfNeeded: next()) >> 40) / 0x1p23 }
    }

    mutating func fill(_ row: UnsafeMutableRawPointer, bytes: Int) {
        for byte in 0..<bytes {
            row.storeBytes(of: UInt8(truncatingIfNeeded: next()), toByteOffset: byte, as: UInt8.self)
        }
    }
}
