extension UsearchGraph {
    /// What one pass over all nodes found.
    struct Findings {
        var deletedCount = 0
        var hasWideLabels = false
    }

    /// Checks keys, levels and links in one pass: every link must name a node that exists on the list's level, as the
    /// library would read other memory.
    func checkContents(_ header: UsearchHeader, _ warnings: inout WarningList) throws(IndexFileError) -> Findings {
        var findings = Findings()
        var keys = LabelCheck(capacity: count)
        for node in 0..<UInt32(count) {
            let place = bytes.offset(of: nodes) + nodeOffsets[Int(node)]
            try bytes.require(place, nodeOffsets[Int(node) + 1] - nodeOffsets[Int(node)])
            let key = key(node)
            if key == freeKey { findings.deletedCount += 1 } else { keys.add(key) }
            let level = Int16(littleEndian: (bytes.base + place).loadUnaligned(fromByteOffset: 8, as: Int16.self))
            guard Int(level) == self.level(of: node) else {
                throw IndexFileError(
                    code: .invalidField, path: bytes.path, offset: place + 8, field: "node \(node)",
                    message: "its level is \(level), and the table of levels has \(self.level(of: node))")
            }
            for level in 0...self.level(of: node) { try checkList(of: node, level: level, &warnings) }
        }
        if findings.deletedCount != deletedCount {
            warnings.add(
                "count_deleted", offset: header.start + 25,
                "it is \(header.deleted), and \(findings.deletedCount) nodes have the key of removed vectors (\(freeKey))"
            )
        }
        if !header.isMulti, let key = keys.firstDuplicate() {
            warnings.add("key", "key \(key) stands on more than one node, and the index is not a multi-index")
        }
        findings.hasWideLabels = keys.areWide || findings.deletedCount > 0
        return findings
    }

    private func checkList(of node: UInt32, level: Int, _ warnings: inout WarningList) throws(IndexFileError) {
        let (slots, _) = links(of: node, level: level)
        let place = bytes.offset(of: slots)
        let most = level == 0 ? connectivityBase : connectivity
        let linkCount = Int(UInt32(littleEndian: (slots - 4).loadUnaligned(as: UInt32.self)))
        guard linkCount <= most else {
            throw IndexFileError(
                code: .invalidField, path: bytes.path, offset: place - 4, field: "node \(node)",
                message: "its list on level \(level) has \(linkCount) links, and \(most) is the most")
        }
        for link in 0..<linkCount {
            let slot = slot(slots, link)
            guard slot < UInt64(count), self.level(of: UInt32(slot)) >= level else {
                throw IndexFileError(
                    code: .invalidField, path: bytes.path, offset: place + link * slotBytes, field: "node \(node)",
                    message: "its link \(link) on level \(level) leads to node \(slot), which "
                        + (slot < UInt64(count) ? "is not on that level" : "does not exist (size \(count))"))
            }
            if slot == UInt64(node) {
                warnings.count("self link") {
                    ("node \(node)", place + link * slotBytes, "node \(node) links to itself")
                }
            }
        }
    }
}
