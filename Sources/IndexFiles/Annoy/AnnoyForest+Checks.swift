extension AnnoyForest {
    /// Checks every node, and that each tree reaches every item once.
    func checkContents(_ warnings: inout WarningList) throws(IndexFileError) {
        let finite = FiniteCheck(layout.encoding, dimension: layout.dimension)
        for node in UInt32(0)..<UInt32(nodeCount) {
            try check(node)
            guard case .split = kind(of: node) else { continue }
            try checkPlane(node, finite, &warnings)
            checkSum(node, &warnings)
        }
        checkTrees(&warnings)
    }

    /// Looks at the plane of a split: a vector, or the number of a bit.
    private func checkPlane(
        _ node: UInt32, _ finite: FiniteCheck, _ warnings: inout WarningList
    ) throws(IndexFileError) {
        let vector = address(node) + layout.vectorOffset
        if layout.metric == .hamming {
            let bit = UInt64(littleEndian: vector.loadUnaligned(as: UInt64.self))
            guard bit < UInt64(layout.vectorBytes * 8) else {
                throw IndexFileError(
                    code: .invalidField, path: bytes.path, offset: bytes.offset(of: vector), field: "node \(node)",
                    message: "it splits by bit \(bit), and a vector has \(layout.vectorBytes * 8) bits")
            }
        } else if !finite.holds(vector) {
            warnings.count("plane not finite") {
                ("node \(node)", bytes.offset(of: vector), "the plane of node \(node) holds NaN or infinity")
            }
        }
    }

    /// Compares what a split says to have under it with its children. A root says the number of all items.
    private func checkSum(_ node: UInt32, _ warnings: inout WarningList) {
        var sum = 0
        forEachChild(of: node) { sum += descendants(of: $0) }
        let said = descendants(of: node)
        if said != sum, said != count {
            warnings.count("n_descendants") {
                (
                    "node \(node)", bytes.offset(of: address(node)),
                    "n_descendants of node \(node) is \(said), and its children have \(sum)"
                )
            }
        }
    }

    /// Walks all trees at once: each inner node and each id in a bucket is looked at once.
    private func checkTrees(_ warnings: inout WarningList) {
        var isSeen = [Bool](repeating: false, count: nodeCount)
        // For each item the last tree that it was met in, from 1.
        var lastTree = [Int32](repeating: 0, count: count)
        let present = count - (absentCount ?? 0)
        for (number, root) in roots.enumerated() {
            var reached = 0
            func meet(_ item: UInt32) {
                guard lastTree[Int(item)] != Int32(number + 1), kind(of: item) == .item else { return }
                lastTree[Int(item)] = Int32(number + 1)
                reached += 1
            }
            var open = [root]
            while let node = open.popLast() {
                if Int(node) < count {
                    meet(node)
                    continue
                }
                if isSeen[Int(node)] {
                    warnings.count("node met again") {
                        (
                            "node \(node)", bytes.offset(of: address(node)),
                            "node \(node) is a child of more than one node, or of a root that is a child itself"
                        )
                    }
                    continue
                }
                isSeen[Int(node)] = true
                forEachItem(inBucket: node, meet)
                if case .split = kind(of: node) { forEachChild(of: node) { open.append($0) } }
            }
            if reached != present {
                warnings.count("tree incomplete") {
                    (
                        "node \(root)", bytes.offset(of: address(root)),
                        "the tree under node \(root) reaches \(reached) of \(present) items"
                    )
                }
            }
        }
    }
}
