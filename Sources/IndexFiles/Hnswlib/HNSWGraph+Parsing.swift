extension HNSWGraph {
    /// The highest level a trace can name (16 bits). hnswlib draws levels above 60 only from broken parameters.
    private static let highestLevel = Int(Int16.max)

    /// Reads the levels, and with them the place of everything.
    ///
    /// - Parameters:
    ///   - records: at the first of the level-0 records, which are known to be there.
    ///   - upper: at the upper lists, which end with their file.
    init(_ header: HNSWHeader, records: ByteReader, upper: ByteReader) throws(IndexFileError) {
        var upper = upper
        let base = upper.offset
        let listBytes = 4 + 4 * header.maxM
        var nodesOnTop: [Int] = []
        // A node costs at least 4 bytes, so the file's size bounds the room that is taken.
        let offsets = try Self.upperOffsets(header, &upper, listBytes, &nodesOnTop)
        guard upper.remaining == 0 else {
            throw IndexFileError(
                code: .trailingBytes, path: upper.path, offset: upper.offset, field: "size",
                message: "\(upper.remaining) trailing bytes follow the last node; hnswlib writes none")
        }
        for level in nodesOnTop.indices.dropLast().reversed() { nodesOnTop[level] += nodesOnTop[level + 1] }

        count = header.count
        M = Int(clamping: header.M)
        maxM = header.maxM
        maxM0 = header.maxM0
        efConstruction = header.efConstruction
        maxLevel = header.maxLevel
        entryPoint = header.entryPoint
        deletedCount = nil
        nodesPerLevel = nodesOnTop
        self.records = records.position
        recordBytes = header.recordBytes
        vectorOffset = header.vectorOffset
        labelOffset = header.labelOffset
        upperOffsets = offsets
        upperBase = upper.bytes.base + base
        recordFile = records.bytes
        upperFile = upper.bytes
    }

    /// The place of each node's upper lists, from the reader's on. The loop is short: it is all that opening a file costs.
    private static func upperOffsets(
        _ header: HNSWHeader, _ upper: inout ByteReader, _ listBytes: Int, _ nodesOnTop: inout [Int]
    ) throws(IndexFileError) -> [Int] {
        let count = header.count
        let base = upper.offset
        guard upper.remaining / 4 >= count else { throw upper.truncated("node 0", needs: "\(count) × 4 bytes") }
        var offsets = [Int](repeating: 0, count: count + 1)
        var levels = [Int](repeating: 0, count: 64)
        for node in 0..<count {
            offsets[node] = upper.offset - base
            let size = Int(try upper.read(UInt32.self, "node \(node)"))
            if size == 0 {
                levels[0] += 1
                continue
            }
            let (level, rest) = size.quotientAndRemainder(dividingBy: listBytes)
            guard rest == 0 else {
                throw upper.invalid(
                    "node \(node)", at: upper.offset - 4,
                    "its upper-list size is \(size) bytes, no multiple of 4 + 4 · maxM = \(listBytes): maxM or count is "
                        + "wrong, or bytes are missing or trailing before this one")
            }
            guard level <= highestLevel, size <= upper.remaining else {
                throw upper.truncated("node \(node)", needs: "\(size) bytes of upper lists")
            }
            _ = try upper.skip(UInt64(size), elementsOf: 1, "node \(node)")
            while levels.count <= level { levels.append(0) }
            levels[level] += 1
        }
        offsets[count] = upper.offset - base
        nodesOnTop = Array(levels.prefix((levels.lastIndex { $0 > 0 } ?? -1) + 1))
        return offsets
    }

    /// Checks what the upper levels say of the entry point.
    func checkLevels(_ header: HNSWHeader, _ reader: ByteReader, _ warnings: inout WarningList) throws(IndexFileError) {
        guard count > 0 else { return }
        let entryLevel = level(of: entryPoint)
        guard entryLevel >= maxLevel else {
            throw reader.invalid(
                "entry_point", at: header.start + 52,
                "node \(entryPoint) is on level \(entryLevel), and max_level is \(maxLevel)")
        }
        if nodesPerLevel.count - 1 > maxLevel {
            warnings.add(
                "max_level", offset: header.start + 48,
                "it is \(maxLevel), and there are nodes up to level \(nodesPerLevel.count - 1), where no search begins")
        }
    }
}
