internal import CVectorKernels
internal import IndexFiles

extension ScorerMemory {
    /// Makes a query ready for usearch's metrics, cast to the number format of the index's vectors as usearch 2.26 casts it
    /// (`casts_punned_t` in usearch/index_plugins.hpp).
    ///
    /// - Parameters:
    ///   - source: `vectors.dimension` finite floats; for bits, what is above 0 is a set bit.
    ///   - batch: nodes that are compared at once at most.
    /// - Returns: nil where usearch has no such metric for this number format.
    func usearchScorer(_ vectors: StoredVectors, _ metric: Metric, query source: [Float], batch: Int) -> Scorer? {
        guard let rows = vectors.rows, let kernel = vectors.usearchKernel(metric) else { return nil }
        let dimension = vectors.dimension
        query.pointee = annscope_query()
        query.pointee.dimension = dimension
        query.pointee.factor = 1
        switch vectors.encoding {
        case .int8, .hundredths:
            let bytes = bits.room(for: dimension)
            Self.castToBytes(source, into: bytes)
            query.pointee.bits = UnsafePointer(bytes)
        case .bitsFromTop:
            let bytes = bits.room(for: (dimension + 7) / 8)
            bytes.initialize(repeating: 0, count: (dimension + 7) / 8)
            for place in 0..<dimension where source[place] > 0 { bytes[place / 8] |= 128 >> UInt8(place % 8) }
            query.pointee.bits = UnsafePointer(bytes)
        case .float16: write(source.map { Float(Float16($0)) })
        case .bfloat16: write(source.map(Self.roundedToUpperHalf))
        default: write(source)
        }
        return scorer(kernel, rows, batch: batch)
    }

    private func write(_ floats: [Float]) {
        let copy = vector.room(for: floats.count)
        copy.update(from: floats, count: floats.count)
        query.pointee.vector = UnsafePointer(copy)
    }

    /// usearch scales a vector to the length 127 and cuts its components off; a zero vector stays (`cast_to_i8_gt`). Its
    /// package is compiled with -ffast-math, which makes the division a product with the factor below.
    private static func castToBytes(_ source: [Float], into bytes: UnsafeMutablePointer<UInt8>) {
        var squares = 0.0
        for component in source { squares += Double(component) * Double(component) }
        let length = squares.squareRoot()
        let factor = length > 0 ? 1 / length * 127 : 0
        for place in source.indices {
            let scaled = min(max(Double(source[place]) * factor, -127), 127)
            bytes[place] = UInt8(bitPattern: Int8(scaled))
        }
    }

    /// To the nearest float whose lower 16 bits are 0, of two the even one (`f32_to_bf16`).
    private static func roundedToUpperHalf(_ value: Float) -> Float {
        let bits = value.bitPattern
        return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
    }
}

extension StoredVectors {
    /// The kernel of one of usearch's metrics; nil where usearch has none for this number format.
    func usearchKernel(_ metric: Metric) -> annscope_kernel? {
        let measure: annscope_usearch_metric
        switch metric {
        case .l2: measure = annscope_usearch_l2sq
        case .innerProduct: measure = annscope_usearch_ip
        case .cosine: measure = annscope_usearch_cos
        case .pearson: measure = annscope_usearch_pearson
        case .divergence: measure = annscope_usearch_divergence
        // Places have a latitude and a longitude.
        case .haversine where dimension >= 2: measure = annscope_usearch_haversine
        case .hamming: measure = annscope_usearch_hamming
        case .tanimoto, .jaccard: measure = annscope_usearch_tanimoto
        case .sorensen: measure = annscope_usearch_sorensen
        default: return nil
        }
        return annscope_usearch_kernel(annscope_kernel_count() - 1, encoding.coding, measure)
    }
}
