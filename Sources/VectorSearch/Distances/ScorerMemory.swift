internal import CVectorKernels
internal import IndexFiles

/// Memory that scorers use one after the other.
final class ScorerMemory {
    let nodes = GrowingBuffer<UInt32>()
    let values = GrowingBuffer<Float>()
    let rows = GrowingBuffer<UnsafeRawPointer>()
    let query = UnsafeMutablePointer<annscope_query>.allocate(capacity: 1)

    /// The query's floats, or what is left of it beside a centroid.
    let vector = GrowingBuffer<Float>()
    let bits = GrowingBuffer<UInt8>()
    private let least = GrowingBuffer<Float>()
    private let step = GrowingBuffer<Float>()
    private let table = GrowingBuffer<Float>()
    /// A product quantizer's centroids by columns, for tables that are filled again for each list, and whose they are.
    private let columns = GrowingBuffer<Float>()
    private weak var columnsOwner: IndexObject?
    private let decoded = GrowingBuffer<Float>()

    init() { query.initialize(to: annscope_query()) }

    deinit { query.deallocate() }

    var byteCount: Int {
        nodes.byteCount + values.byteCount + rows.byteCount + vector.byteCount + least.byteCount + step.byteCount
            + table.byteCount + columns.byteCount + decoded.byteCount
    }

    /// How the distances of a library come from a sum.
    struct Scale {
        let offset: Float
        let factor: Float

        /// The sum itself.
        static let plain = Scale(offset: 0, factor: 1)
        /// hnswlib's inner product and cosine, and those of its relatives.
        static let oneMinus = Scale(offset: 1, factor: -1)
        /// Faiss's NSG turns similarities round.
        static let negative = Scale(offset: 0, factor: -1)
    }

    /// Makes a query ready for the vectors of an index.
    ///
    /// - Parameters:
    ///   - vector: `vectors.dimension` floats; they are copied.
    ///   - batch: nodes that are compared at once at most.
    /// - Returns: nil where no kernel compares by this metric.
    func scorer(
        _ vectors: StoredVectors, _ metric: Metric, query vector: UnsafePointer<Float>, scale: Scale = .plain,
        argument: Float = 0, batch: Int
    ) -> Scorer? {
        let rows = vectors.rows
        // What lies otherwise is decoded, and compared as floats.
        let coding = rows == nil && !vectors.areBits ? VectorEncoding.float32 : vectors.encoding
        guard let kernel = kernel(coding, metric) else { return nil }
        prepare(coding, metric, dimension: vectors.dimension, vector, scale)
        query.pointee.argument = argument
        _ = nodes.room(for: batch)
        _ = values.room(for: batch)
        _ = self.rows.room(for: batch)
        return Scorer(
            self, kernel: kernel, start: rows?.start ?? UnsafeRawPointer(vector), stride: rows?.stride ?? 0,
            decoder: rows == nil ? RowDecoder(vectors, decoded) : nil)
    }

    /// Makes a query ready for codes wherever they lie, such as those of one inverted list.
    ///
    /// - Parameter isChangedFirst: `change` comes before any row is compared, and fills the table.
    func scorer(
        codesOf encoding: VectorEncoding, _ metric: Metric, dimension: Int, query vector: UnsafePointer<Float>,
        argument: Float = 0, isChangedFirst: Bool = false, batch: Int
    ) -> Scorer? {
        guard let kernel = kernel(encoding, metric) else { return nil }
        prepare(encoding, metric, dimension: dimension, vector, .plain, needsTable: !isChangedFirst)
        query.pointee.argument = argument
        _ = nodes.room(for: batch)
        _ = values.room(for: batch)
        _ = rows.room(for: batch)
        return Scorer(self, kernel: kernel, start: UnsafeRawPointer(vector), stride: 0, decoder: nil)
    }

    /// A scorer of a query that is ready, over rows at a regular distance.
    func scorer(
        _ kernel: annscope_kernel, _ rows: (start: UnsafeRawPointer, stride: Int), batch: Int
    ) -> Scorer {
        _ = nodes.room(for: batch)
        _ = values.room(for: batch)
        _ = self.rows.room(for: batch)
        return Scorer(self, kernel: kernel, start: rows.start, stride: rows.stride, decoder: nil)
    }

    /// Says that `vector` holds another query now, for a scorer that was made for the codes of an index.
    func queryChanged(_ object: IndexObject) {
        guard case .product(let quantizer)? = object.vectors?.encoding else { return }
        fillTable(quantizer, object)
    }

    func change(offset: Float) { query.pointee.offset = offset }

    // MARK: Parts

    private func kernel(_ encoding: VectorEncoding, _ metric: Metric) -> annscope_kernel? {
        let set = annscope_kernel_count() - 1
        switch metric {
        case .l2: return annscope_kernel_for(set, encoding.coding, annscope_squared_l2)
        case .innerProduct, .cosine: return annscope_kernel_for(set, encoding.coding, annscope_dot)
        case .hamming: return annscope_kernel_for(set, encoding.coding, annscope_hamming)
        default: return encoding.isFloat32 ? metric.plain.map(annscope_plain_kernel) : nil
        }
    }

    private func prepare(
        _ encoding: VectorEncoding, _ metric: Metric, dimension: Int, _ source: UnsafePointer<Float>, _ scale: Scale,
        needsTable: Bool = true
    ) {
        let copy = vector.room(for: dimension)
        if UnsafePointer(copy) != source { copy.update(from: source, count: dimension) }
        query.pointee = annscope_query()
        query.pointee.vector = UnsafePointer(copy)
        query.pointee.dimension = dimension
        query.pointee.offset = scale.offset
        query.pointee.factor = scale.factor
        switch encoding {
        case .float32, .float16, .bfloat16, .e4m3: break
        case .uint8: fillScale(dimension, least: 0, step: 1)
        case .int8: fillScale(dimension, least: 0, step: 1 / 127)
        case .hundredths: fillScale(dimension, least: 0, step: 1 / 100)
        case .scalar(let quantizer):
            let (least, step) = (least.room(for: dimension), step.room(for: dimension))
            quantizer.writeScale(dimension: dimension, least: least, step: step)
            query.pointee.least = UnsafePointer(least)
            query.pointee.step = UnsafePointer(step)
        case .product(let quantizer):
            query.pointee.parts = quantizer.M
            query.pointee.bits_per_part = quantizer.nbits
            if needsTable { fillTable(quantizer, metric) }
        case .bits: fillBits(dimension) { $0 % 8 }
        case .bitsFromTop: fillBits(dimension) { 7 - $0 % 8 }
        }
    }

    private func fillScale(_ dimension: Int, least value: Float, step size: Float) {
        let (least, step) = (least.room(for: dimension), step.room(for: dimension))
        least.initialize(repeating: value, count: dimension)
        step.initialize(repeating: size, count: dimension)
        query.pointee.least = UnsafePointer(least)
        query.pointee.step = UnsafePointer(step)
    }

    /// A component that is not 0 is a set bit.
    private func fillBits(_ dimension: Int, _ place: (Int) -> Int) {
        let bytes = bits.room(for: (dimension + 7) / 8)
        bytes.initialize(repeating: 0, count: (dimension + 7) / 8)
        for component in 0..<dimension where vector.base[component] != 0 {
            bytes[component / 8] |= 1 << UInt8(place(component))
        }
        query.pointee.bits = UnsafePointer(bytes)
    }

    /// The same as `fillTable`, for tables that an index needs again and again: turning its centroids round takes as long as
    /// one table, and each table then a tenth of that.
    private func fillTable(_ quantizer: ProductQuantizer, _ object: IndexObject) {
        let (width, entries) = (quantizer.partDimension, quantizer.partCentroids)
        if columnsOwner !== object {
            columnsOwner = object
            let columns = columns.room(for: quantizer.dimension * entries)
            for part in 0..<quantizer.M {
                for entry in 0..<entries {
                    let centroid = quantizer.centroid(part: part, number: entry)
                    for place in 0..<width {
                        columns[(part * width + place) * entries + entry] =
                            centroid.loadUnaligned(fromByteOffset: place &* 4, as: Float.self)
                    }
                }
            }
        }
        let table = table.room(for: quantizer.M * entries)
        query.pointee.table = UnsafePointer(table)
        annscope_fill_table(
            annscope_kernel_count() - 1, vector.base, columns.base, quantizer.M, width, entries,
            object.metric == .l2 ? annscope_squared_l2 : annscope_dot, table)
    }

    /// What each centroid of each part adds to a distance (Jégou, Douze and Schmid 2011, section III).
    private func fillTable(_ quantizer: ProductQuantizer, _ metric: Metric) {
        let entries = quantizer.partCentroids
        let table = table.room(for: quantizer.M * entries)
        query.pointee.table = UnsafePointer(table)
        let set = annscope_kernel_count() - 1
        guard
            let kernel = annscope_kernel_for(
                set, annscope_float32, metric == .l2 ? annscope_squared_l2 : annscope_dot)
        else { return }
        var part = annscope_query()
        part.dimension = quantizer.partDimension
        part.factor = 1
        withUnsafeTemporaryAllocation(of: UnsafeRawPointer.self, capacity: min(entries, 256)) { rows in
            guard let rows = rows.baseAddress else { return }
            for number in 0..<quantizer.M {
                part.vector = UnsafePointer(vector.base + number * quantizer.partDimension)
                for first in Swift.stride(from: 0, to: entries, by: 256) {
                    let count = min(256, entries - first)
                    let start = quantizer.centroid(part: number, number: first)
                    for place in 0..<count { rows[place] = start + place * quantizer.partDimension * 4 }
                    kernel(&part, rows, count, table + number * entries + first)
                }
            }
        }
    }
}

extension StoredVectors {
    var areBits: Bool {
        switch encoding {
        case .bits, .bitsFromTop: true
        default: false
        }
    }
}

extension StoredVectors {
    /// A byte a component: Voyager's 8-bit vectors.
    var areBytes: Bool {
        switch encoding {
        case .int8, .e4m3: true
        default: false
        }
    }
}

extension Metric {
    /// Faiss's metrics that have formulas of their own.
    var plain: annscope_plain_metric? {
        switch self {
        case .l1: annscope_l1
        case .linf: annscope_linf
        case .lp: annscope_lp
        case .canberra: annscope_canberra
        case .brayCurtis: annscope_bray_curtis
        case .jensenShannon: annscope_jensen_shannon
        case .jaccard: annscope_jaccard
        case .nanEuclidean: annscope_nan_euclidean
        case .gower: annscope_gower
        default: nil
        }
    }
}

extension VectorEncoding {
    var isFloat32: Bool { if case .float32 = self { true } else { false } }

    /// What the kernels call it. `e4m3` is read by none of them.
    var coding: annscope_coding {
        switch self {
        case .float32, .e4m3: annscope_float32
        case .float16: annscope_float16
        case .bfloat16: annscope_bfloat16
        case .uint8: annscope_unsigned8
        case .int8, .hundredths: annscope_signed8
        case .bits, .bitsFromTop: annscope_bits
        case .product(let quantizer): quantizer.nbits == 8 ? annscope_product8 : annscope_product
        case .scalar(let quantizer):
            switch quantizer.type {
            case .fp16: annscope_float16
            case .bf16: annscope_bfloat16
            case .bits8, .bits8Uniform, .bits8Direct, .bits8DirectSigned: annscope_unsigned8
            case .bits6: annscope_unsigned6
            case .bits4, .bits4Uniform: annscope_unsigned4
            }
        }
    }
}
