extension Parsing {
    /// Annoy's `AnnoyIndex::save` (annoylib.h, Annoy 1.17): nodes and nothing else. Metric and dimension must be told.
    mutating func annoy(_ bytes: FileBytes) throws(IndexFileError) -> IndexFile {
        guard let metric = hints.metric, let dimension = hints.dimension,
            let layout = AnnoyLayout(metric, dimension: dimension)
        else {
            throw ByteReader(bytes).invalid(
                "dimension", at: 0,
                "for an Annoy index the sidecar must say a metric of Annoy's and a dimension from 1 to "
                    + "\(AnnoyLayout.maxDimension)")
        }
        var forest = try forest(layout, bytes)
        note("metric", AnnoyLayout.names.first { $0.metric == metric }?.name ?? metric.rawValue)
        note("f", dimension)
        note("node bytes", layout.nodeBytes)
        note("K", layout.bucketCapacity)
        note("n_items", forest.count)
        note("n_nodes", forest.nodeCount)
        note("roots", forest.roots.count)
        let vectors = StoredVectors(
            encoding: layout.encoding, dimension: dimension, count: forest.count,
            placement: .rows(start: bytes.base + layout.vectorOffset, stride: layout.nodeBytes), bytes: [bytes])
        if isChecking {
            try check(vectors, "item")
            try countAbsentItems(&forest)
            try forest.checkContents(&warnings)
        }
        let object = IndexObject(
            kind: "Annoy's forest", metric: metric, dimension: dimension, count: forest.count,
            structure: .forest(forest),
            vectors: vectors, labels: .positions)
        return indexFile(.annoy, object, metric: metric, isGuessed: false, reason: "told by the sidecar")
    }

    /// The forest, or an error that says what the sidecar could have meant.
    private func forest(_ layout: AnnoyLayout, _ bytes: FileBytes) throws(IndexFileError) -> AnnoyForest {
        do {
            return try AnnoyForest(layout, bytes)
        } catch {
            guard error.code == .invalidField || error.code == .truncated else { throw error }
            let others = layout.alternatives(bytes, most: 3)
            let advice =
                others.isEmpty
                ? "no metric and dimension fit: it is no Annoy index, or it is damaged"
                : "it would fit " + others.map(\.description).joined(separator: "; or ")
            throw IndexFileError(
                code: error.code, path: error.path, offset: error.offset, field: error.field,
                message: error.message + ". The sidecar says \(layout.description); " + advice)
        }
    }

    private mutating func countAbsentItems(_ forest: inout AnnoyForest) throws(IndexFileError) {
        var absent = 0
        var first: UInt32?
        for item in 0..<UInt32(forest.count) {
            try forest.check(item)
            guard forest.kind(of: item) == .absentItem else { continue }
            absent += 1
            first = first ?? item
        }
        forest.absentCount = absent
        if let first {
            warnings.add(
                "item \(first)", offset: forest.bytes.offset(of: forest.address(first)),
                "\(absent) of \(forest.count) items, item \(first) the first, were never added: their vectors are zeros"
            )
        }
    }
}
