import Foundation
import IndexFiles

/// Vectors of many kinds, the same for the same seed, and index files around them.
struct MadeVectors {
    enum Kind: String, CaseIterable, Sendable {
        case gaussian, duplicates, integers, tinyDifferences, farFromOrigin, outliers, zeros, manyScales, unitLength,
            notFinite
    }

    let dimension: Int
    let rows: [[Float]]
    let queries: [[Float]]

    init(_ kind: Kind, count: Int, dimension: Int, seed: UInt64) {
        var chance = Chance(seed: seed)
        self.dimension = dimension
        var rows = (0..<count).map { number in Self.row(kind, number, dimension, &chance) }
        if kind == .duplicates { for place in 0..<count where place % 5 != 0 { rows[place] = rows[place / 5 * 5] } }
        self.rows = rows
        let stored = rows[chance.below(count)].map { $0.isFinite ? $0 : 0 }
        let near = rows[chance.below(count)].map { $0.isFinite ? $0 * 1.001 + 0.001 : 1 }
        let other = Self.row(kind == .notFinite ? .gaussian : kind, 1, dimension, &chance)
        let far = (0..<dimension).map { _ in 1000 * chance.gaussian() }
        queries = [stored, near, other, far, [Float](repeating: 0, count: dimension)]
    }

    private static func row(_ kind: Kind, _ number: Int, _ dimension: Int, _ chance: inout Chance) -> [Float] {
        var row = (0..<dimension).map { _ in chance.gaussian() }
        switch kind {
        case .gaussian, .duplicates: break
        case .integers: row = row.map { ($0 * 1.5).rounded() }
        case .tinyDifferences:
            row = row.enumerated().map { Float(($0.offset * 7 + number % 3) % 11) + $0.element * 1e-5 }
        case .farFromOrigin: row = row.map { 1000 + $0 }
        case .outliers: if number % 50 == 3 { row = row.map { $0 * Float([1e3, 1e6, 1e12][number / 50 % 3]) } }
        case .zeros: if number % 3 == 0 { row = row.map { _ in 0 } }
        case .manyScales:
            let scale = Float(pow(10, Double(chance.below(28) - 20)))
            row = row.map { $0 * scale }
        case .unitLength:
            let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
            row = row.map { $0 / max(length, 1e-6) }
        case .notFinite:
            if number % 10 == 0 { row[chance.below(dimension)] = [.nan, .infinity, -.infinity, 3e38][number / 10 % 4] }
        }
        return row
    }

    /// Faiss's `IndexFlatL2` or `IndexFlatIP` (faiss/impl/index_write.cpp).
    func faissFlat(_ metric: Metric) throws -> IndexFile {
        var bytes = Array((metric == .l2 ? "IxF2" : "IxFI").utf8)
        append(Int32(dimension), to: &bytes)
        for value in [Int64(rows.count), 1 << 20, 1 << 20] { append(value, to: &bytes) }
        bytes.append(1)
        append(Int32(metric == .l2 ? 1 : 0), to: &bytes)
        append(UInt64(rows.count * dimension), to: &bytes)
        for row in rows { for component in row { append(component.bitPattern, to: &bytes) } }
        return try IndexFile.parse(bytes: bytes, path: "made.index")
    }

    /// hnswlib's `BruteforceSearch` (hnswlib/bruteforce.h), with labels that fall from the first vector on.
    func hnswlibBruteForce(_ metric: Metric) throws -> IndexFile {
        var bytes: [UInt8] = []
        for value in [rows.count, 4 * dimension + 8, rows.count] { append(UInt64(value), to: &bytes) }
        for (number, row) in rows.enumerated() {
            for component in row { append(component.bitPattern, to: &bytes) }
            append(UInt64(3 * (rows.count - number)), to: &bytes)
        }
        return try IndexFile.parse(
            bytes: bytes, path: "made.bin", hints: IndexFileHints(metric: metric, dimension: dimension))
    }

    private func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Box and Muller.
    mutating func gaussian() -> Float {
        Float((-2 * log(1 - unit())).squareRoot() * cos(2 * .pi * unit()))
    }
}
