extension HNSWGraph {
    /// What one pass over all records found.
    struct Findings {
        var deletedCount = 0
        var hasWideLabels = false
    }

    /// Records looked at before more of the file is asked for.
    private static let batch = 64

    /// Checks links, vectors and labels in one pass: every live link must name a node that exists on the list's level, as
    /// the library would read other memory.
    func checkContents(
        _ encoding: VectorEncoding, dimension: Int, _ warnings: inout WarningList
    ) throws(IndexFileError) -> Findings {
        var findings = Findings()
        var labels = LabelCheck(capacity: count)
        let firstRecord = recordFile.offset(of: records)
        let finite = FiniteCheck(encoding, dimension: dimension)
        for first in stride(from: 0, to: count, by: Self.batch) {
            let end = min(first + Self.batch, count)
            try recordFile.require(firstRecord + first * recordBytes, (end - first) * recordBytes)
            for node in UInt32(first)..<UInt32(end) {
                let record = record(node)
                try checkList(record, node, level: 0, most: maxM0, recordFile, &warnings)
                let flags = record.loadUnaligned(fromByteOffset: 2, as: UInt16.self)
                findings.deletedCount += Int(flags & 1)
                if flags & ~1 != 0 {
                    warnings.count("flags") {
                        (
                            "node \(node)", recordFile.offset(of: record) + 2,
                            "node \(node) has unknown flag bits (\(flags)); bit 0 means deleted"
                        )
                    }
                }
                if !finite.holds(record + vectorOffset) {
                    warnings.count("not finite") {
                        (
                            "node \(node)", recordFile.offset(of: record) + vectorOffset,
                            "the vector of node \(node) holds NaN or infinity"
                        )
                    }
                }
                labels.add(record.loadUnaligned(fromByteOffset: labelOffset, as: UInt64.self))
                let upperBytes = upperBytes(of: node)
                if upperBytes > 0 { try checkUpperLists(node, upperBytes, &warnings) }
            }
        }
        if let label = labels.firstDuplicate() {
            warnings.add("label", "label \(label) stands on more than one node; the library keeps labels unique")
        }
        findings.hasWideLabels = labels.areWide
        return findings
    }

    private func checkUpperLists(
        _ node: UInt32, _ bytes: Int, _ warnings: inout WarningList
    ) throws(IndexFileError) {
        var list = upperBase + Int(upperOffsets[Int(node)]) + 4
        try upperFile.require(upperFile.offset(of: list), bytes)
        for level in 1...(bytes / upperListBytes) {
            try checkList(list, node, level: level, most: maxM, upperFile, &warnings)
            list += upperListBytes
        }
    }

    @inline(__always)
    private func checkList(
        _ list: UnsafeRawPointer, _ node: UInt32, level: Int, most: Int, _ file: FileBytes,
        _ warnings: inout WarningList
    ) throws(IndexFileError) {
        let linkCount = Int(list.loadUnaligned(as: UInt16.self))
        guard linkCount <= most else {
            throw IndexFileError(
                code: .invalidField, path: file.path, offset: file.offset(of: list), field: "node \(node)",
                message: "its list on level \(level) has \(linkCount) links, and \(most) is the most")
        }
        // Without a branch in the loop. A difference below zero, as well as an id of 2³¹ and more, has the top bit set.
        let last = UInt32(truncatingIfNeeded: count - 1)
        var signs: UInt32 = 0
        var isSelf: UInt32 = 0
        for place in 0..<linkCount {
            let id = (list + 4).loadUnaligned(fromByteOffset: place &* 4, as: UInt32.self)
            signs |= last &- id | id
            isSelf |= id == node ? 1 : 0
        }
        if signs >> 31 == 0, isSelf == 0, level == 0 { return }
        try checkLinks(list + 4, linkCount, node, level: level, file, &warnings)
    }

    /// Looks at each link of a list in which something may be wrong.
    private func checkLinks(
        _ ids: UnsafeRawPointer, _ linkCount: Int, _ node: UInt32, level: Int, _ file: FileBytes,
        _ warnings: inout WarningList
    ) throws(IndexFileError) {
        for place in 0..<linkCount {
            let id = ids.loadUnaligned(fromByteOffset: place &* 4, as: UInt32.self)
            guard id < UInt32(count), isOnLevel(id, level) else {
                throw IndexFileError(
                    code: .invalidField, path: file.path, offset: file.offset(of: ids) + place * 4,
                    field: "node \(node)",
                    message: "its link \(place) on level \(level) leads to node \(id), which "
                        + (id < UInt32(count) ? "is not on that level" : "does not exist (count \(count))"))
            }
            if id == node {
                warnings.count("self link") {
                    ("node \(node)", file.offset(of: ids) + place * 4, "node \(node) links to itself")
                }
            }
        }
    }
}
