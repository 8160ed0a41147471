extension FaissReader {
    /// `IndexIDMap` and `IndexIDMap2`, also binary: an index, and a table of labels for its own.
    mutating func readIDMap(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let isBinary = name == "IBMp" || name == "IBM2"
        let header = try readHeader(isBinary: isBinary)
        let inner = try readNeededIndex(within: "index")
        try checkInner(inner, header, at: header.start)
        let place = reader.offset
        let (start, count) = try reader.vector(elementsOf: 8, "\(prefix)id_map")
        guard count == header.count else {
            throw reader.invalid(
                "\(prefix)id_map", at: place, "it has \(count) entries, and ntotal is \(header.count)")
        }
        let labels = NodeLabels.mapped(
            table: reader.bytes.base + start, count: count, within: inner.labels)
        if parsing.isChecking {
            // What the inner index calls its vectors is nobody's label any more.
            parsing.hasWideLabels = false
            try parsing.check(labels, count: count, in: reader.bytes)
            if case .lists(let places) = inner.labels { checkMapped(places, count, at: place) }
        }
        return inner.wrapped(
            .labels, kind: "\(kind(name)) around \(inner.kind)", metric: header.metric,
            metricArgument: header.metricArgument, dimension: header.dimension, labels: labels)
    }

    /// Ids in lists that the table has no entry for would have no label.
    private mutating func checkMapped(_ places: ListPlaces, _ count: Int, at place: Int) {
        for position in 0..<UInt32(places.count) {
            let id = places.id(position)
            if id < 0 || id >= Int64(count) {
                parsing.warnings.count("\(prefix)id_map") {
                    ("\(prefix)id_map", place, "it has \(count) entries, and the lists hold the id \(id)")
                }
            }
        }
    }

    /// `IndexPreTransform`: what a query goes through first, then an index.
    mutating func readPreTransform(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader()
        let place = reader.offset
        let count = try reader.read(Int32.self, "\(prefix)chain")
        guard 0...64 ~= count else {
            throw reader.invalid("\(prefix)chain", at: place, "it has \(count) transforms, and 0 to 64 are allowed")
        }
        var chain: [VectorTransform] = []
        for number in 0..<Int(count) { chain.append(try readTransform("vt\(number)")) }
        let inner = try readNeededIndex(within: "index")
        try checkChain(chain, from: header.dimension, to: inner.dimension, at: place)
        guard inner.count == header.count else {
            throw reader.invalid(
                "\(prefix)index ntotal", at: header.ntotalOffset, "it is \(inner.count), and ntotal is \(header.count)")
        }
        return inner.wrapped(
            .transforms(chain),
            kind: "\(kind(name)) \(chain.map(\.name).joined(separator: ", ")) before \(inner.kind)",
            metric: header.metric, metricArgument: header.metricArgument, dimension: header.dimension,
            isTrained: header.isTrained)
    }

    /// `IndexRefine`: the best of one index are ranked again by another.
    mutating func readRefine(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader()
        let base = try readNeededIndex(within: "base")
        try checkInner(base, header, at: header.start)
        let place = reader.offset
        let refine = try readNeededIndex(within: "refine")
        guard refine.count == base.count, refine.dimension == base.dimension else {
            throw reader.invalid(
                "\(prefix)refine", at: place,
                "it holds \(refine.count) vectors of d \(refine.dimension), and the base \(base.count) of d "
                    + "\(base.dimension)")
        }
        let factor = try readKFactor()
        return base.wrapped(
            .refine(refine, kFactor: factor), kind: "\(kind(name)) of \(base.kind) by \(refine.kind)",
            metric: header.metric, metricArgument: header.metricArgument, dimension: header.dimension)
    }

    /// `IndexIVFIndependentQuantizer`: the coarse quantizer stands outside, the lists may see transformed vectors.
    mutating func readIndependentQuantizer(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader()
        let quantizer = try readNeededIndex(within: "quantizer")
        guard quantizer.dimension == header.dimension else {
            throw reader.invalid(
                "\(prefix)quantizer d", at: header.start,
                "it is \(quantizer.dimension), and the index has d \(header.dimension)")
        }
        let transformPlace = reader.offset
        let transforms = try reader.readBool("\(prefix)has_vt") ? [try readTransform("vt")] : []
        isIndependent = true
        let inner = try readNeededIndex(within: "index_ivf")
        isIndependent = false
        guard case .ivf(let lists) = inner.structure, inner.wrappers.isEmpty else {
            throw reader.invalid(
                "\(prefix)index_ivf", at: transformPlace, "it is \(inner.kind), and an IVF index is needed")
        }
        guard lists.nlist == quantizer.count else {
            throw reader.invalid(
                "\(prefix)index_ivf nlist", at: transformPlace,
                "it is \(lists.nlist), and the coarse quantizer holds \(quantizer.count) centroids")
        }
        try checkChain(transforms, from: header.dimension, to: inner.dimension, at: transformPlace)
        // Faiss counts in the index inside alone.
        guard header.count == 0 || inner.count == header.count else {
            throw reader.invalid(
                "\(prefix)index_ivf ntotal", at: header.ntotalOffset,
                "it is \(inner.count), and ntotal is \(header.count)")
        }
        if case .product? = inner.vectors?.encoding, !lists.isFastScan {
            note("use_precomputed_table", try reader.read(Int32.self, "use_precomputed_table"))
        }
        let outer = IVFLists(
            places: lists.places, quantizer: quantizer, nprobe: lists.nprobe, isByResidual: lists.isByResidual,
            isFastScan: lists.isFastScan, refinement: lists.refinement, duplicates: lists.duplicates,
            dataFile: lists.dataFile)
        return inner.wrapped(
            .independentQuantizer(transforms), kind: "\(kind(name)) over \(inner.kind)", metric: header.metric,
            metricArgument: header.metricArgument, dimension: header.dimension, structure: .ivf(outer))
    }

    private func checkInner(_ inner: IndexObject, _ header: FaissHeader, at place: Int) throws(IndexFileError) {
        guard inner.dimension == header.dimension else {
            throw reader.invalid(
                "\(prefix)index d", at: place,
                "it is \(inner.dimension), and the index around it has d \(header.dimension)")
        }
        guard inner.count == header.count else {
            throw reader.invalid(
                "\(prefix)ntotal", at: header.ntotalOffset,
                "it is \(header.count), and the index inside holds \(inner.count) vectors")
        }
    }

    private func checkChain(
        _ chain: [VectorTransform], from outer: Int, to inner: Int, at place: Int
    ) throws(IndexFileError) {
        var dimension = outer
        for transform in chain {
            guard transform.inputs == dimension else {
                throw reader.invalid(
                    "\(prefix)\(transform.name) d_in", at: place,
                    "it takes \(transform.inputs) components, and \(dimension) come")
            }
            dimension = transform.outputs
        }
        guard dimension == inner else {
            throw reader.invalid(
                "\(prefix)index d", at: place,
                "the transforms give \(dimension) components, and the index takes \(inner)")
        }
    }
}
