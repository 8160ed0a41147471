extension AnnoyForest {
    /// More roots than any forest has: a file of zeros is nothing but roots.
    private static let maxRoots = 16_384
    /// Items looked at to see whether the file has nodes of this size.
    private static let sampleSize = 64

    /// Finds the items and the roots as `AnnoyIndex::load` does, and checks that the roots are sound.
    ///
    /// - Throws: `invalidField` where they are not, most likely since metric or dimension are wrong.
    init(_ layout: AnnoyLayout, _ bytes: FileBytes) throws(IndexFileError) {
        self.layout = layout
        self.bytes = bytes
        bucketCapacity = layout.bucketCapacity
        let reader = ByteReader(bytes)
        let nodeBytes = layout.nodeBytes
        guard bytes.count > 0, bytes.count % nodeBytes == 0 else {
            throw reader.invalid(
                "size", at: 0,
                "the file's size is \(bytes.count) bytes, no whole number of nodes of \(nodeBytes) bytes")
        }
        guard bytes.count / nodeBytes <= Int(Int32.max) else {
            throw reader.invalid("size", at: 0, "\(bytes.count / nodeBytes) nodes are more than 32-bit ids can name")
        }
        nodeCount = bytes.count / nodeBytes

        let last = nodeCount - 1
        let items = try Self.descendants(last, layout, bytes)
        guard items >= 0, items < nodeCount else {
            throw reader.invalid(
                "node \(last)", at: last * nodeBytes,
                "n_descendants of the last root is \(items), and there are \(nodeCount) nodes of \(nodeBytes) bytes")
        }
        count = Int(items)
        var roots: [UInt32] = []
        for node in (0..<nodeCount).reversed() {
            guard try Self.descendants(node, layout, bytes) == items else { break }
            guard roots.count < Self.maxRoots else {
                throw reader.invalid(
                    "node \(node)", at: node * nodeBytes,
                    "it and all nodes behind it have n_descendants \(items) like roots, and \(Self.maxRoots) are the most"
                )
            }
            roots.append(UInt32(node))
        }
        let found = roots.filter { $0 >= items }
        // The last tree's own root precedes the copies of all roots.
        let place = layout.childrenOffset
        if let first = roots.first, let own = roots.last, first != own,
            Self.word(place, first, layout, bytes) == Self.word(place, own, layout, bytes)
        {
            roots.removeLast()
        }
        self.roots = roots
        // Roots that are single buckets stand side by side, so that the library takes them all for roots.
        treeCount = count <= bucketCapacity ? found.count / 2 : roots.count
        for root in found { try check(root) }
        try checkCopies(found)
        try checkSample()
    }

    private static func word(_ place: Int, _ node: UInt32, _ layout: AnnoyLayout, _ bytes: FileBytes) -> Int32 {
        (bytes.base + Int(node) * layout.nodeBytes).loadUnaligned(fromByteOffset: place, as: Int32.self)
    }

    /// Checks that the file ends with copies of the trees' roots: it is the only sign that nothing is missing at its end.
    ///
    /// - Parameter found: the nodes behind the items that are marked as roots, from the last one up to the first gap.
    private func checkCopies(_ found: [UInt32]) throws(IndexFileError) {
        let isComplete: Bool
        if count <= bucketCapacity {
            // Each tree is a single bucket with all items, so that roots and as many copies fill the rest of the file.
            let trees = found.count / 2
            isComplete =
                found.count == nodeCount - count && trees >= 1 && found.count == 2 * trees
                && (0..<trees).allSatisfy { areSame(found[$0], found[trees + $0]) }
        } else if let own = found.last {
            // Before the copies stands the own root of the tree that was finished last.
            isComplete = found.dropLast().contains { areSame($0, own) }
        } else {
            isComplete = false
        }
        guard isComplete else {
            throw IndexFileError(
                code: .truncated, path: bytes.path, offset: (nodeCount - 1) * layout.nodeBytes,
                field: "node \(nodeCount - 1)",
                message: "the file does not end with copies of the roots of its trees (\(found.count) nodes at the end "
                    + "have n_descendants \(count)): it was cut short, or its writer has not finished")
        }
    }

    private func areSame(_ one: UInt32, _ other: UInt32) -> Bool {
        UnsafeRawBufferPointer(start: address(one), count: layout.nodeBytes)
            .elementsEqual(UnsafeRawBufferPointer(start: address(other), count: layout.nodeBytes))
    }

    private static func descendants(
        _ node: Int, _ layout: AnnoyLayout, _ bytes: FileBytes
    ) throws(IndexFileError) -> Int32 {
        let place = node * layout.nodeBytes
        try bytes.require(place, layout.vectorOffset)
        return Int32(littleEndian: (bytes.base + place).loadUnaligned(as: Int32.self))
    }

    /// Looks at a few items all over the file.
    private func checkSample() throws(IndexFileError) {
        let samples = min(count, Self.sampleSize)
        for sample in 0..<samples { try check(UInt32(sample * count / samples)) }
    }

    /// Checks that a node leads nowhere but to items and to nodes before it.
    func check(_ node: UInt32) throws(IndexFileError) {
        let place = bytes.offset(of: address(node))
        try bytes.require(place, layout.nodeBytes)
        func invalid(_ word: Int?, _ message: String) -> IndexFileError {
            IndexFileError(
                code: .invalidField, path: bytes.path,
                offset: place + (word.map { layout.childrenOffset + 4 * $0 } ?? 0),
                field: "node \(node)", message: message)
        }
        let descendants = descendants(of: node)
        if Int(node) < count {
            guard descendants == 0 || descendants == 1 else {
                throw invalid(nil, "n_descendants of the item is \(descendants), and 1, or 0 for none, is allowed")
            }
            return
        }
        guard descendants >= 0, descendants <= count else {
            throw invalid(nil, "n_descendants is \(descendants), and there are \(count) items")
        }
        switch kind(of: node) {
        case .item, .absentItem: return
        case .bucket(let size):
            for place in 0..<size {
                let item = word(place, of: node)
                guard item >= 0, item < Int64(count) else {
                    throw invalid(place, "id \(place) of \(size) in it is \(item), and there are \(count) items")
                }
            }
        case .split:
            for side in 0..<2 {
                let child = word(side, of: node)
                guard child >= 0, child < Int64(node) else {
                    throw invalid(
                        side,
                        "its child \(side) is node \(child), and "
                            + (child >= 0 && child < Int64(nodeCount)
                                ? "children stand before their parents" : "there are \(nodeCount) nodes"))
                }
            }
        }
    }
}
