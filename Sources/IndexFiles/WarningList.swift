/// The oddities found in one file. A million self links are one kind of news: beyond a limit they are only counted.
struct WarningList {
    private(set) var kept: [IndexFileWarning] = []
    private var dropped = 0
    private static let limit = 50

    mutating func add(_ field: String, _ offset: Int?, _ message: String) {
        if kept.count < Self.limit {
            kept.append(IndexFileWarning(field: field, offset: offset, message: message))
        } else {
            dropped += 1
        }
    }

    var list: [IndexFileWarning] {
        guard dropped > 0 else { return kept }
        return kept + [IndexFileWarning(field: "warnings", message: "\(dropped) more are not listed")]
    }
}

/// The first component of a vector that is NaN or infinite.
func firstNonFinite(_ vector: UnsafeRawPointer, _ dimension: Int) -> Int? {
    // All exponent bits set means NaN or infinite; looking at bits keeps the loop free of branches on floats.
    for component in 0..<dimension {
        let bits = vector.loadUnaligned(fromByteOffset: component * 4, as: UInt32.self)
        if bits & 0x7F80_0000 == 0x7F80_0000 { return component }
    }
    return nil
}
