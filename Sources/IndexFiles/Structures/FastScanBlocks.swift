/// 4-bit product codes packed for scanning with SIMD tables (André, Kermarrec and Le Scouarnec 2015; Faiss's layout is in
/// faiss/impl/pq4_fast_scan.cpp, Faiss 1.7 to 1.15). A block holds `bbs` vectors; for each pair of parts it has, for each 32
/// vectors, 16 bytes of the even part and 16 of the odd one, whose low halves are the first 16 vectors.
///
/// `@unchecked Sendable`: points into `FileBytes`, which the vectors keep.
struct FastScanBlocks: @unchecked Sendable {
    let quantizer: ProductQuantizer
    /// Vectors in a block, a multiple of 32.
    let bbs: Int
    /// For each run of blocks (one a list) the node of its first vector; one more closes.
    let starts: [Int]
    let runs: [UnsafeRawPointer]

    /// Parts are padded to an even number.
    private var pairs: Int { (quantizer.M + 1) / 2 }

    /// Bytes of the blocks of `count` vectors.
    static func byteCount(vectors count: Int, bbs: Int, M: Int) -> Int { (count + bbs - 1) / bbs * bbs * ((M + 1) / 2) }

    /// Writes the vector of a node; returns its run.
    func decode(_ node: UInt32, into target: UnsafeMutablePointer<Float>) -> Int {
        var low = 0
        var high = runs.count
        while low + 1 < high {
            let middle = (low + high) / 2
            if starts[middle] <= Int(node) { low = middle } else { high = middle }
        }
        let place = Int(node) - starts[low]
        let block = runs[low] + place / bbs * bbs * pairs
        let inBlock = place % bbs
        for part in 0..<quantizer.M {
            quantizer.decode(part: part, number: number(block, inBlock, part), into: target)
        }
        return low
    }

    private func number(_ block: UnsafeRawPointer, _ vector: Int, _ part: Int) -> Int {
        let inLane = vector & 15
        // Within 16 bytes the first eight vectors have the even places.
        let place = inLane < 8 ? inLane * 2 : (inLane - 8) * 2 + 1
        let offset = part / 2 * bbs + vector / 32 * 32 + part % 2 * 16 + place
        let byte = block.load(fromByteOffset: offset, as: UInt8.self)
        return Int(vector & 31 < 16 ? byte & 15 : byte >> 4)
    }
}
