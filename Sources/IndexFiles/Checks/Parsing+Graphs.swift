extension Parsing {
    /// Checks every link of a Faiss HNSW graph: Faiss reads other memory where a node is linked on a level it is not on.
    mutating func check(_ graph: FaissHNSWGraph, prefix: String) throws(IndexFileError) {
        let bytes = graph.bytes
        for node in 0..<UInt32(graph.count) {
            for level in 0...graph.level(of: node) {
                let (ids, capacity) = graph.links(of: node, level: level)
                let offset = bytes.offset(of: ids)
                try bytes.require(offset, capacity * 4)
                var isOpen = true
                for place in 0..<capacity {
                    let id = ids.loadUnaligned(fromByteOffset: place * 4, as: Int32.self)
                    if id == -1 {
                        isOpen = false
                        continue
                    }
                    guard id >= 0, Int(id) < graph.count, !isOpen || graph.level(of: UInt32(id)) >= level else {
                        throw IndexFileError(
                            code: .invalidField, path: bytes.path, offset: offset + place * 4,
                            field: "\(prefix)neighbors",
                            message: "link \(place) of node \(node) on level \(level) leads to node \(id), which "
                                + (id >= 0 && Int(id) < graph.count
                                    ? "is not on that level" : "does not exist (ntotal \(graph.count))"))
                    }
                    if UInt32(id) == node, isOpen {
                        warnings.count("\(prefix)self link") {
                            ("\(prefix)neighbors", offset + place * 4, "node \(node) links to itself")
                        }
                    }
                }
            }
        }
    }

    /// Checks every link of an NSG graph, which begins at `start`.
    mutating func check(_ graph: NSGGraph, at start: Int, prefix: String) throws(IndexFileError) {
        for node in 0..<graph.count {
            for place in graph.starts[node]..<(graph.starts[node + 1] - 1) {
                let id = graph.links.loadUnaligned(fromByteOffset: place * 4, as: Int32.self)
                guard id >= 0, Int(id) < graph.count else {
                    throw IndexFileError(
                        code: .invalidField, path: graph.bytes.path, offset: start + place * 4,
                        field: "\(prefix)node \(node)",
                        message: "a link leads to node \(id), which does not exist (ntotal \(graph.count))")
                }
                if Int(id) == node {
                    warnings.count("\(prefix)self link") {
                        ("\(prefix)node \(node)", start + place * 4, "node \(node) links to itself")
                    }
                }
            }
        }
    }
}
