internal import CVectorKernels
internal import IndexFiles

extension ScorerMemory {
    /// Makes a query ready for Voyager's 8-bit vectors, cast as Voyager casts it (`TypedIndex::query` in
    /// voyager/cpp/src/TypedIndex.h, Voyager 2).
    ///
    /// - Parameters:
    ///   - source: `vectors.dimension` finite floats.
    ///   - rowBytes: components of a row; one more than `dimension` where inner products are made distances, which is 0 in
    ///     a query.
    ///   - batch: nodes that are compared at once at most.
    /// - Throws: `invalidParameter` for a component that Voyager refuses.
    func voyagerScorer(
        _ vectors: StoredVectors, _ metric: Metric, query source: [Float], rowBytes: Int, batch: Int
    ) throws(SearchError) -> Scorer? {
        guard let rows = vectors.rows else { return nil }
        let isE4M3: Bool
        if case .e4m3 = vectors.encoding { isE4M3 = true } else { isE4M3 = false }
        let codes = bits.room(for: rowBytes)
        codes.initialize(repeating: 0, count: rowBytes)
        let floats = metric == .cosine ? Self.normalised(source, isE4M3: isE4M3) : source
        for place in floats.indices {
            // Voyager looks at no bound after it has normalised a vector.
            guard let code = isE4M3 ? E4M3.code(floats[place]) : Self.byte(floats[place], metric == .cosine) else {
                throw .parameter(
                    "component \(place) of the query is \(source[place]): Voyager takes components from "
                        + (isE4M3 ? "−448 to 448" : "−1.007874 to 1"))
            }
            codes[place] = code
        }
        query.pointee = annscope_query()
        query.pointee.bits = UnsafePointer(codes)
        query.pointee.dimension = rowBytes
        // Voyager's compiler has put the two divisions by 127 together.
        query.pointee.factor = isE4M3 ? 1 : 1 / 127 * (1 / 127)
        let measure = metric == .l2 ? annscope_usearch_l2sq : annscope_usearch_ip
        guard
            let kernel = isE4M3
                ? annscope_e4m3_kernel(metric != .l2)
                : annscope_usearch_kernel(annscope_kernel_count() - 1, annscope_signed8, measure)
        else { return nil }
        return scorer(kernel, rows, batch: batch)
    }

    /// `normalizeVector` in voyager/cpp/src/array_utils.h. Signed bytes stand for 127ths there, and what is a vector's
    /// length is one of 127ths.
    private static func normalised(_ vector: [Float], isE4M3: Bool) -> [Float] {
        let unit: Float = isE4M3 ? 1 : 127
        var sum: Float = 0
        for component in vector { sum += component / unit * (component / unit) }
        let factor = 1 / (sum.squareRoot() + 1e-30)
        return vector.map { $0 / unit * factor }
    }

    private static func byte(_ value: Float, _ isNormalised: Bool) -> UInt8? {
        guard isNormalised || (-128 / 127...1).contains(value) else { return nil }
        return Int8(exactly: (value * 127).rounded(.towardZero)).map(UInt8.init(bitPattern:))
    }
}
