import IndexFiles

/// A Faiss `IndexFlat` of given vectors (faiss/impl/index_write.cpp, Faiss 1.15).
func flatIndex(_ vectors: [[Float]], dimension: Int, innerProduct: Bool = false) throws -> IndexFile {
    var bytes = Array((innerProduct ? "IxFI" : "IxF2").utf8)
    func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
    append(Int32(dimension))
    append(Int64(vectors.count))
    append(Int64(1 << 20))
    append(Int64(1 << 20))
    bytes.append(1)
    append(Int32(innerProduct ? 0 : 1))
    append(UInt64(vectors.count * dimension))
    for component in vectors.joined() { append(component.bitPattern) }
    return try IndexFile.parse(bytes: bytes, path: "made.index")
}

/// Numbers from −1 to 1 by a linear congruence.
func chanceVectors(_ count: Int, dimension: Int, seed: UInt64 = 1) -> [[Float]] {
    var state = seed
    return (0..<count).map { _ in
        (0..<dimension).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / 8_388_608 - 1
        }
    }
}
