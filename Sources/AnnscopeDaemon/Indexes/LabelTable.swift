internal import IndexFiles

/// Finds the node of a label. Built once per revision, as a query by label must not scan the index.
struct LabelTable: Sendable {
    private let nodes: [VectorLabel: UInt32]
    /// Flat indexes name a vector by its position.
    private let isIdentity: Bool
    private let count: Int

    init(_ index: IndexFile) {
        count = index.count
        if case .flat = index.structure {
            isIdentity = true
            nodes = [:]
            return
        }
        isIdentity = false
        var table = [VectorLabel: UInt32](minimumCapacity: index.count)
        func add(_ label: VectorLabel, _ node: UInt32) {
            // The first of several nodes with one label answers for it.
            if table[label] == nil { table[label] = node }
        }
        switch index.structure {
        case .flat: break
        case .hnsw(let graph):
            for node in 0..<UInt32(graph.count) { add(graph.label(node), node) }
        case .ivf(let lists):
            for cell in 0..<lists.nlist {
                let ids = lists.ids(of: cell)
                for offset in 0..<lists.size(of: cell) {
                    let label = ids.loadUnaligned(fromByteOffset: offset * 8, as: Int64.self)
                    add(VectorLabel(label), UInt32(lists.listStarts[cell] + offset))
                }
            }
        }
        nodes = table
    }

    func node(of label: VectorLabel) -> UInt32? {
        guard isIdentity else { return nodes[label] }
        return label >= 0 && label < VectorLabel(count) ? UInt32(label) : nil
    }
}
