extension FaissReader {
    /// `IndexHNSW`: graph and storage, which may have been left out ("null").
    mutating func readHNSW(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader()
        if name == "IHNc" || name == "IHc2" {
            note("keep_max_size_level0", try reader.read(UInt8.self, "keep_max_size_level0"))
            note("base_level_only", try reader.read(UInt8.self, "base_level_only"))
            note("num_base_level_search_entrypoints", try reader.read(Int32.self, "num_base_level_search_entrypoints"))
            if name == "IHc2" { note("numeric_type", try reader.read(Int32.self, "numeric_type")) }
        }
        let graph = try readHNSWGraph(header)
        let storage = try readStorage(header)
        return graphObject(name, header, .faissHNSW(graph), storage)
    }

    /// `IndexNSG`: parameters, graph and storage.
    mutating func readNSG(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader()
        note("GK", try reader.read(Int32.self, "GK"))
        note("build_type", try reader.read(UInt8.self, "build_type"))
        for field in ["nndescent_S", "nndescent_R", "nndescent_L", "nndescent_iter"] {
            note(field, try reader.read(Int32.self, field))
        }
        let graph = try readNSGGraph(header)
        let storage = try readStorage(header)
        return graphObject(name, header, .nsg(graph), storage)
    }

    /// The vectors under a graph.
    mutating func readStorage(_ header: FaissHeader) throws(IndexFileError) -> IndexObject? {
        let place = reader.offset
        guard let storage = try readIndex(within: "storage") else {
            parsing.warnings.add(
                "\(prefix)storage", offset: place, "the vectors are not stored in the file (\"null\")")
            return nil
        }
        guard storage.count == header.count, storage.dimension == header.dimension else {
            throw reader.invalid(
                "\(prefix)storage", at: place,
                "it holds \(storage.count) vectors of d \(storage.dimension), and the graph has ntotal \(header.count) of "
                    + "d \(header.dimension)")
        }
        return storage
    }

    func graphObject(
        _ name: FourCC, _ header: FaissHeader, _ structure: IndexObject.Structure, _ storage: IndexObject?
    ) -> IndexObject {
        // Behind a transform lie no vectors of the graph's space.
        let isTransformed = storage?.wrappers.contains { if case .transforms = $0 { true } else { false } } ?? false
        return IndexObject(
            kind: kind(name), metric: header.metric, metricArgument: header.metricArgument,
            dimension: header.dimension, count: header.count, isTrained: header.isTrained, structure: structure,
            vectors: isTransformed ? nil : storage?.vectorsOfNodes, labels: .positions)
    }

    // MARK: HNSW

    mutating func readHNSWGraph(_ header: FaissHeader) throws(IndexFileError) -> FaissHNSWGraph {
        _ = try reader.vector(elementsOf: 8, "\(prefix)assign_probas")
        let levelStarts = try readLevelStarts()
        let levels = try readLevels(header, levelStarts)
        let (nodeStarts, linkCount, links) = try readNodeStarts(levels, levelStarts)
        let entryPlace = reader.offset
        let entryPoint = try reader.read(Int32.self, "\(prefix)entry_point")
        let maxLevel = try reader.read(Int32.self, "\(prefix)max_level")
        let efConstruction = try reader.read(Int32.self, "\(prefix)efConstruction")
        let efSearch = try reader.read(Int32.self, "\(prefix)efSearch")
        _ = try reader.read(Int32.self, "\(prefix)upper_beam")
        note("entry_point", entryPoint)
        note("max_level", maxLevel)
        note("efConstruction", efConstruction)
        note("efSearch", efSearch)
        if levelStarts.count > 2 { note("M", levelStarts[2] - levelStarts[1]) }
        note("neighbors", linkCount)

        let count = header.count
        guard count == 0 ? entryPoint == -1 : 0..<Int(Int32(clamping: count)) ~= Int(entryPoint) else {
            throw reader.invalid(
                "\(prefix)entry_point", at: entryPlace, "it is \(entryPoint) with \(count) vectors; −1 means none")
        }
        let highest = levels.max().map(Int.init) ?? -1
        guard maxLevel >= -1, (count == 0) == (maxLevel == -1), Int(maxLevel) < max(1, levelStarts.count - 1) else {
            throw reader.invalid(
                "\(prefix)max_level", at: entryPlace + 4,
                "it is \(maxLevel) with \(count) vectors and \(levelStarts.count - 1) levels; −1 means an empty index")
        }
        if count > 0 {
            guard levels[Int(entryPoint)] >= maxLevel else {
                throw reader.invalid(
                    "\(prefix)entry_point", at: entryPlace,
                    "node \(entryPoint) is on level \(levels[Int(entryPoint)]), and max_level is \(maxLevel)")
            }
            if highest > Int(maxLevel) {
                parsing.warnings.add(
                    "\(prefix)max_level", offset: entryPlace + 4,
                    "it is \(maxLevel), and there are nodes up to level \(highest), where no search begins")
            }
        }
        if efSearch < 1 {
            parsing.warnings.add(
                "\(prefix)efSearch", offset: entryPlace + 12, "it is \(efSearch); a search must say its own")
        }
        var onLevel = [Int](repeating: 0, count: highest + 1)
        for level in levels { onLevel[Int(level)] += 1 }
        for level in onLevel.indices.dropLast().reversed() { onLevel[level] += onLevel[level + 1] }
        let graph = FaissHNSWGraph(
            count: count, entryPoint: entryPoint, maxLevel: Int(maxLevel), efConstruction: Int(efConstruction),
            efSearch: Int(efSearch), nodesPerLevel: onLevel, levelStarts: levelStarts, levels: levels,
            nodeStarts: nodeStarts, neighbors: reader.bytes.base + links, bytes: reader.bytes)
        if parsing.isChecking { try parsing.check(graph, prefix: prefix) }
        return graph
    }

    /// `cum_nneighbor_per_level`: where the links of each level begin within those of a node.
    private mutating func readLevelStarts() throws(IndexFileError) -> [Int] {
        let place = reader.offset
        let starts = try reader.copiedVector(of: Int32.self, "\(prefix)cum_nneighbor_per_level").map { Int($0) }
        guard starts.count <= 128 else {
            throw reader.invalid(
                "\(prefix)cum_nneighbor_per_level", at: place, "it has \(starts.count) entries, and 128 is the most")
        }
        guard starts.first ?? 0 == 0, zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw reader.invalid(
                "\(prefix)cum_nneighbor_per_level", at: place + 8,
                "it must begin with 0 and never fall: \(starts.prefix(8))")
        }
        return starts
    }

    /// The highest level of each node. The file has the number of levels, at least 1.
    private mutating func readLevels(_ header: FaissHeader, _ levelStarts: [Int]) throws(IndexFileError) -> [UInt8] {
        let place = reader.offset
        let (start, count) = try reader.vector(elementsOf: 4, "\(prefix)levels")
        guard count == header.count else {
            throw reader.invalid(
                "\(prefix)levels", at: place, "there are \(count), and ntotal is \(header.count)")
        }
        try reader.bytes.require(start, count * 4)
        var levels = [UInt8](repeating: 0, count: count)
        for node in 0..<count {
            let number = (reader.bytes.base + start).loadUnaligned(fromByteOffset: node * 4, as: Int32.self)
            guard number >= 1, Int(number) < levelStarts.count else {
                throw reader.invalid(
                    "\(prefix)levels", at: start + node * 4,
                    "node \(node) is on \(number) levels, and 1 to \(levelStarts.count - 1) is allowed")
            }
            levels[node] = UInt8(number - 1)
        }
        return levels
    }

    /// Where the links of each node begin, and the links themselves.
    private mutating func readNodeStarts(
        _ levels: [UInt8], _ levelStarts: [Int]
    ) throws(IndexFileError) -> (starts: [Int], linkCount: Int, links: Int) {
        let place = reader.offset
        let starts = try reader.copiedVector(of: UInt64.self, "\(prefix)offsets")
        guard starts.count == levels.count + 1, starts[0] == 0 else {
            throw reader.invalid(
                "\(prefix)offsets", at: place,
                "there are \(starts.count) beginning with \(starts.first ?? 0), and ntotal + 1 beginning with 0 are needed"
            )
        }
        for node in levels.indices {
            let needed = UInt64(levelStarts[Int(levels[node]) + 1])
            guard starts[node + 1] >= starts[node], starts[node + 1] - starts[node] == needed else {
                throw reader.invalid(
                    "\(prefix)offsets", at: place + 8 + (node + 1) * 8,
                    "node \(node) has links \(starts[node]) to \(starts[node + 1]), and its levels need \(needed)")
            }
        }
        let linksPlace = reader.offset
        let (links, linkCount) = try reader.vector(elementsOf: 4, "\(prefix)neighbors")
        guard starts[levels.count] <= UInt64(linkCount) else {
            throw reader.invalid(
                "\(prefix)neighbors", at: linksPlace,
                "there are \(linkCount), and the last offset is \(starts[levels.count])")
        }
        return (starts.map { Int($0) }, linkCount, links)
    }

    // MARK: NSG

    private mutating func readNSGGraph(_ header: FaissHeader) throws(IndexFileError) -> NSGGraph {
        let place = reader.offset
        let count = try reader.read(Int32.self, "\(prefix)nsg.ntotal")
        let R = try reader.read(Int32.self, "\(prefix)R")
        let L = try reader.read(Int32.self, "\(prefix)L")
        let C = try reader.read(Int32.self, "\(prefix)C")
        let searchL = try reader.read(Int32.self, "\(prefix)search_L")
        let entryPoint = try reader.read(Int32.self, "\(prefix)enterpoint")
        let isBuilt = try reader.readBool("\(prefix)is_built")
        for (name, value) in [("R", R), ("L", L), ("C", C), ("search_L", searchL), ("enterpoint", entryPoint)] {
            note(name, value)
        }
        note("is_built", isBuilt ? 1 : 0)
        guard isBuilt || header.count == 0 else {
            throw reader.invalid(
                "\(prefix)is_built", at: place + 24, "the graph of \(header.count) vectors was never built")
        }
        guard Int(count) == header.count || (!isBuilt && count <= 0) else {
            throw reader.invalid("\(prefix)nsg.ntotal", at: place, "it is \(count), and ntotal is \(header.count)")
        }
        guard header.count == 0 || (0..<count ~= entryPoint && R > 0) else {
            throw reader.invalid(
                "\(prefix)enterpoint", at: place + 20, "it is \(entryPoint) with R \(R) and \(count) vectors")
        }
        let start = reader.offset
        let starts = isBuilt ? try readNSGLists(header.count, R) : [0]
        let graph = NSGGraph(
            count: header.count, entryPoint: entryPoint < 0 ? noNode : UInt32(entryPoint), R: Int(max(0, R)), L: Int(L),
            C: Int(C), searchL: Int(searchL), starts: starts, links: reader.bytes.base + start, bytes: reader.bytes)
        if parsing.isChecking { try parsing.check(graph, at: start, prefix: prefix) }
        return graph
    }

    /// Where each list of links begins: they have no length, but a −1 behind them.
    private mutating func readNSGLists(_ count: Int, _ R: Int32) throws(IndexFileError) -> [Int] {
        var starts: [Int] = []
        var place = 0
        for node in 0..<count {
            starts.append(place)
            let begin = place
            while try reader.read(Int32.self, "\(prefix)node \(node)") != -1 {
                place += 1
                guard place - begin <= Int(R) else {
                    throw reader.invalid(
                        "\(prefix)node \(node)", at: reader.offset - 4, "it has more than R \(R) links")
                }
            }
            place += 1
        }
        starts.append(place)
        return starts
    }
}

extension IndexObject {
    /// The vectors that a coarse quantizer stands for, in the order of its cells: what Faiss's `reconstruct` gives back.
    /// nil where it takes more than decoding.
    var centroidVectors: StoredVectors? {
        switch wrappers.first {
        case .refine(let refine, _): refine.centroidVectors
        case .transforms, .labels, .independentQuantizer: nil
        case nil: vectorsByNode
        }
    }

    /// The vectors of a graph's nodes: those that distances are computed with.
    var vectorsOfNodes: StoredVectors? {
        for case .refine(let finer, _) in wrappers { return finer.vectorsOfNodes }
        return vectorsByNode
    }

    /// The vectors in the order of their labels.
    var vectorsByNode: StoredVectors? {
        guard let vectors, case .ivf(let lists) = structure else { return vectors }
        // An IVF index under a graph: its ids are the graph's nodes.
        var order = [UInt32](repeating: 0, count: vectors.count)
        for position in 0..<UInt32(vectors.count) {
            let id = lists.places.id(position)
            guard id >= 0, id < Int64(order.count) else { return nil }
            order[Int(id)] = position
        }
        return StoredVectors(
            encoding: vectors.encoding, dimension: vectors.dimension, count: vectors.count,
            placement: .lists(lists.places, order: order), residual: vectors.residual, bytes: vectors.bytes)
    }
}
