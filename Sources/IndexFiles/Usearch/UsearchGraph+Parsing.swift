extension UsearchGraph {
    /// Reads the level of each node, and with them the place of everything.
    ///
    /// - Parameter reader: behind the headers; it is moved behind the last node.
    init(_ header: UsearchHeader, _ reader: inout ByteReader) throws(IndexFileError) {
        let count = header.count
        let baseBytes = 4 + header.slotBytes * header.connectivityBase
        let upperBytes = 4 + header.slotBytes * header.connectivity
        // A node has a level of 2 bytes in the table, then its record.
        let fitting = reader.remaining / (2 + Self.nodeHeadBytes + baseBytes)
        guard count <= fitting else {
            throw IndexFileError(
                code: .truncated, path: reader.path, offset: header.place(ofGraphField: 0), field: "size",
                message: "it says \(count) nodes of at least \(2 + Self.nodeHeadBytes + baseBytes) bytes each, and the "
                    + "file's size has room for \(fitting): the field is damaged, or the file was cut short")
        }
        let levels = try Self.levels(header, &reader)
        var offsets = [Int](repeating: 0, count: count + 1)
        var nodesOnTop = [Int](repeating: 0, count: Int(levels.max() ?? -1) + 1)
        let nodes = reader.position
        let room = reader.remaining
        for node in 0..<count {
            let level = Int(levels[node])
            let size = Self.nodeHeadBytes + baseBytes + level * upperBytes
            guard size <= room - offsets[node] else {
                throw IndexFileError(
                    code: .truncated, path: reader.path, offset: reader.offset + offsets[node], field: "node \(node)",
                    message:
                        "it has \(size) bytes on levels 0 to \(level), and \(room - offsets[node]) are left: the file's "
                        + "size is \(reader.bytes.count) bytes. It was cut short, or a level is damaged")
            }
            offsets[node + 1] = offsets[node] + size
            nodesOnTop[level] += 1
        }
        _ = try reader.skip(UInt64(offsets[count]), elementsOf: 1, "nodes")
        for level in nodesOnTop.indices.dropLast().reversed() { nodesOnTop[level] += nodesOnTop[level + 1] }

        self.count = count
        connectivity = header.connectivity
        connectivityBase = header.connectivityBase
        maxLevel = header.maxLevel
        entryNode = count == 0 ? nil : header.entrySlot
        deletedCount = Int(min(header.deleted, UInt64(count)))
        nodesPerLevel = nodesOnTop
        slotBytes = header.slotBytes
        freeKey = header.freeKey
        self.levels = levels
        self.nodes = nodes
        nodeOffsets = offsets
        bytes = reader.bytes
    }

    /// The table of levels, which are known to be there.
    private static func levels(_ header: UsearchHeader, _ reader: inout ByteReader) throws(IndexFileError) -> [Int16] {
        let start = try reader.skip(UInt64(header.count), elementsOf: 2, "levels")
        try reader.bytes.require(start, header.count * 2)
        let table = reader.bytes.base + start
        var levels = [Int16](repeating: 0, count: header.count)
        for node in 0..<header.count {
            let level = Int16(littleEndian: table.loadUnaligned(fromByteOffset: node * 2, as: Int16.self))
            guard level >= 0 else {
                throw reader.invalid("levels", at: start + node * 2, "node \(node) is on level \(level)")
            }
            levels[node] = level
        }
        return levels
    }

    /// Checks what the levels say of the entry slot.
    func checkLevels(_ header: UsearchHeader, _ reader: ByteReader, _ warnings: inout WarningList)
        throws(IndexFileError)
    {
        guard let entryNode else { return }
        guard level(of: entryNode) >= maxLevel else {
            throw reader.invalid(
                "entry_slot", at: header.place(ofGraphField: 4),
                "node \(entryNode) is on level \(level(of: entryNode)), and max_level is \(maxLevel)")
        }
        if nodesPerLevel.count - 1 > maxLevel {
            warnings.add(
                "max_level", offset: header.place(ofGraphField: 3),
                "it is \(maxLevel), and there are nodes up to level \(nodesPerLevel.count - 1), where no search begins")
        }
    }
}
