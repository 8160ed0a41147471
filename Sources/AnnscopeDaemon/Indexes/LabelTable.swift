internal import IndexFiles

/// Finds the node of a label. Built once per revision, as a query by label must not scan the index.
struct LabelTable: Sendable {
    private enum Content: Sendable {
        /// A label is the node's number.
        case positions(count: Int)
        /// Labels as bit patterns, sorted, each with its node.
        case sorted([UInt64], nodes: [UInt32])
        /// Nothing was prepared: every label is looked at.
        case scanned(IndexFile)
    }

    private let content: Content
    private let isSigned: Bool

    /// - Parameter index: at rest; 12 bytes a vector are taken, unless labels are just numbers.
    init(_ index: IndexFile) {
        isSigned = index.library == .faiss
        let labels = index.object.labels
        let isCounted =
            labels.arePositions || (0..<UInt32(index.count)).allSatisfy { labels.label($0) == VectorLabel($0) }
        guard !isCounted else {
            content = .positions(count: index.count)
            return
        }
        let patterns = (0..<UInt32(index.count)).map { UInt64(truncatingIfNeeded: labels.label($0)) }
        // The first of several nodes with one label answers for it.
        let nodes = (0..<UInt32(index.count)).sorted {
            let (a, b) = (patterns[Int($0)], patterns[Int($1)])
            return a == b ? $0 < $1 : a < b
        }
        content = .sorted(nodes.map { patterns[Int($0)] }, nodes: nodes)
    }

    /// For an index that has just been opened: finding a label takes a walk through all.
    init(scanning index: IndexFile) {
        isSigned = index.library == .faiss
        content = index.object.labels.arePositions ? .positions(count: index.count) : .scanned(index)
    }

    /// The first node with this label.
    func node(of label: VectorLabel) -> UInt32? {
        switch content {
        case .positions(let count): return label >= 0 && label < VectorLabel(count) ? UInt32(label) : nil
        case .scanned(let index): return (0..<UInt32(index.count)).first { index.label($0) == label }
        case .sorted(let patterns, let nodes): return place(of: label, in: patterns).map { nodes[$0] }
        }
    }

    /// The first node with each of these labels. Where nothing was prepared, that is one walk through all nodes.
    func nodes(of labels: [VectorLabel]) -> [UInt32?] {
        guard case .scanned(let index) = content else { return labels.map(node) }
        var found: [VectorLabel: UInt32] = [:]
        let wanted = Set(labels)
        for node in 0..<UInt32(index.count) where found.count < wanted.count {
            let label = index.label(node)
            if wanted.contains(label), found[label] == nil { found[label] = node }
        }
        return labels.map { found[$0] }
    }

    /// Hands on every node with one of these labels; several nodes may have one. Where nothing was prepared, that is one
    /// walk through all nodes.
    ///
    /// - Returns: how many of the labels no node has.
    func forEachNode(of labels: Set<VectorLabel>, _ body: (UInt32) -> Void) -> Int {
        var unknown = 0
        switch content {
        case .positions:
            for label in labels { node(of: label).map(body) ?? (unknown += 1) }
        case .sorted(let patterns, let nodes):
            for label in labels {
                guard var place = place(of: label, in: patterns) else {
                    unknown += 1
                    continue
                }
                let pattern = patterns[place]
                while place < patterns.count, patterns[place] == pattern {
                    body(nodes[place])
                    place += 1
                }
            }
        case .scanned(let index):
            var found: Set<VectorLabel> = []
            for node in 0..<UInt32(index.count) {
                let label = index.label(node)
                guard labels.contains(label) else { continue }
                found.insert(label)
                body(node)
            }
            unknown = labels.count - found.count
        }
        return unknown
    }

    /// The first place of a label in the sorted patterns.
    private func place(of label: VectorLabel, in patterns: [UInt64]) -> Int? {
        let isPossible = isSigned ? Int64(exactly: label) != nil : UInt64(exactly: label) != nil
        guard isPossible else { return nil }
        let pattern = UInt64(truncatingIfNeeded: label)
        var low = 0
        var high = patterns.count
        while low < high {
            let middle = (low + high) / 2
            if patterns[middle] < pattern { low = middle + 1 } else { high = middle }
        }
        return low < patterns.count && patterns[low] == pattern ? low : nil
    }
}
