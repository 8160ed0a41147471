extension Parsing {
    /// usearch's `index_dense_gt::save_to_stream` (usearch/index_dense.hpp, usearch 2.4 to 2.26): the matrix of vectors
    /// unless it was left out, the head, and the graph.
    mutating func usearch(_ bytes: FileBytes, headAt offset: Int) throws(IndexFileError) -> IndexFile {
        let matrix = offset == 0 ? nil : try UsearchMatrix(before: bytes)
        if let matrix {
            note("matrix_rows", matrix.rows)
            note("matrix_cols", matrix.rowBytes)
        }
        var reader = ByteReader(bytes, offset: offset)
        let header = try UsearchHeader(&reader, &self)
        let metric = try metric(of: header, reader)
        let vectors = try vectors(of: header, matrix, reader)
        var graph = try UsearchGraph(header, &reader)
        try graph.checkLevels(header, reader, &warnings)
        // usearch stops reading at the last node, so what follows is odd and not wrong.
        if reader.remaining > 0 {
            warnings.add(
                "size", offset: reader.offset,
                "\(reader.remaining) trailing bytes follow the last node; usearch ignores them")
        }
        if isChecking {
            if let vectors { try check(vectors, "vector") }
            let findings = try graph.checkContents(header, &warnings)
            graph.deletedCount = findings.deletedCount
            hasWideLabels = findings.hasWideLabels
        }
        let object = IndexObject(
            kind: "usearch's HNSW", metric: metric, dimension: header.dimension, count: graph.count,
            structure: .usearch(graph), vectors: vectors, labels: .keys(base: graph.nodes, offsets: graph.nodeOffsets))
        compare(object)
        guard header.metric == nil else { return indexFile(.usearch, object) }
        return indexFile(.usearch, object, metric: metric, isGuessed: false, reason: "told by the sidecar")
    }

    /// The metric that the file names, or the sidecar's for one that the user programmed.
    private func metric(of header: UsearchHeader, _ reader: ByteReader) throws(IndexFileError) -> Metric {
        guard let metric = header.metric ?? hints.metric else {
            throw reader.unsupported(
                "kind_metric", at: header.start + 13,
                "it is \(header.metricCode), which is none of usearch's metrics: for one of your own the sidecar must "
                    + "say which it is")
        }
        return metric
    }

    private mutating func vectors(
        of header: UsearchHeader, _ matrix: UsearchMatrix?, _ reader: ByteReader
    ) throws(IndexFileError) -> StoredVectors? {
        guard let matrix else {
            if header.count > 0 {
                warnings.add(
                    "matrix_rows", offset: 0, "the vectors are not stored in the file: it begins with the head")
            }
            return nil
        }
        guard matrix.rows == header.count else {
            throw reader.invalid(
                "matrix_rows", at: 0, "it is \(matrix.rows), and the graph's size is \(header.count)")
        }
        let rowBytes = header.encoding.codeBytes(dimension: header.dimension)
        guard matrix.rowBytes == rowBytes else {
            throw reader.invalid(
                "matrix_cols", at: matrix.sizeBytes,
                "it is \(matrix.rowBytes) bytes, and \(header.dimension) components of \(header.encoding.name) have "
                    + "\(rowBytes)")
        }
        return StoredVectors(
            encoding: header.encoding, dimension: header.dimension, count: header.count,
            placement: .rows(start: reader.bytes.base + matrix.start, stride: rowBytes), bytes: [reader.bytes])
    }
}
