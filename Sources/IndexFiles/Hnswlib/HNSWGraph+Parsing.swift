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

    /// The place of each node's upper lists, from the reader's on. This walk is all that opening a file costs, so it goes
    /// by bare addresses, each compared with the end first.
    private static func upperOffsets(
        _ header: HNSWHeader, _ upper: inout ByteReader, _ listBytes: Int, _ nodesOnTop: inout [Int]
    ) throws(IndexFileError) -> [UInt32] {
        let count = header.count
        guard upper.remaining / 4 >= count else { throw upper.truncated("node 0", needs: "\(count) × 4 bytes") }
        guard upper.remaining <= Int(UInt32.max) else {
            throw upper.unsupported(
                "upper lists", "they have \(upper.remaining) bytes, and 4 GiB is the most that is read")
        }
        try upper.bytes.require(upper.offset, upper.remaining)
        let base = upper.position
        let end = upper.remaining
        var levels = [Int](repeating: 0, count: 64)
        var place = 0
        /// The node whose lists are not sound, and what it says of their size where the file still has that.
        var wrong: (node: Int, size: Int?)?
        let offsets = [UInt32](unsafeUninitializedCapacity: count + 1) { offsets, used in
            for node in 0..<count {
                offsets[node] = UInt32(truncatingIfNeeded: place)
                guard place + 4 <= end else {
                    wrong = (node, nil)
                    break
                }
                let size = Int((base + place).loadUnaligned(as: UInt32.self))
                place += 4
                if size == 0 {
                    levels[0] += 1
                    continue
                }
                let (level, rest) = size.quotientAndRemainder(dividingBy: listBytes)
                guard rest == 0, level <= highestLevel, size <= end - place else {
                    wrong = (node, size)
                    break
                }
                place += size
                while levels.count <= level { levels.append(0) }
                levels[level] += 1
            }
            if wrong == nil { offsets[count] = UInt32(truncatingIfNeeded: place) }
            used = wrong == nil ? count + 1 : 0
        }
        if let wrong { throw wrongLists(of: wrong.node, size: wrong.size, at: upper.offset + place, listBytes, upper) }
        _ = try upper.skip(UInt64(place), elementsOf: 1, "upper lists")
        nodesOnTop = Array(levels.prefix((levels.lastIndex { $0 > 0 } ?? -1) + 1))
        return offsets
    }

    /// Says what is wrong with the upper lists of a node. `place` is behind their size, or where that should be.
    private static func wrongLists(
        of node: Int, size: Int?, at place: Int, _ listBytes: Int, _ upper: ByteReader
    ) -> IndexFileError {
        let here = ByteReader(upper.bytes, offset: place)
        guard let size else { return here.truncated("node \(node)", needs: "4 bytes") }
        guard size % listBytes != 0 else {
            return here.truncated("node \(node)", needs: "\(size) bytes of upper lists")
        }
        return upper.invalid(
            "node \(node)", at: place - 4,
            "its upper-list size is \(size) bytes, no multiple of 4 + 4 · maxM = \(listBytes): maxM or count is wrong, or "
                + "bytes are missing or trailing before this one")
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
