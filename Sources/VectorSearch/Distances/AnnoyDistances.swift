internal import CVectorKernels
internal import IndexFiles

/// Annoy's distances and margins (`Angular`, `DotProduct`, `Hamming`, `Euclidean` and `Manhattan` in annoylib.h, 1.17.3), for
/// one query and one forest.
struct AnnoyDistances {
    /// Compares the query with items, by what the distances are made of: `ranked` makes them.
    let items: Scorer
    private let planes: Scorer
    private let forest: AnnoyForest
    private let metric: Metric
    private let query: UnsafePointer<annscope_query>
    private let querySquares: Float

    /// - Parameter memory: holds the query as long as this is used.
    init(
        _ forest: AnnoyForest, _ object: IndexObject, _ query: [Float], _ memory: ScorerMemory, batch: Int
    ) throws(SearchError) {
        guard let scorers = memory.annoyScorers(forest, object, query: query, batch: batch) else {
            throw .notComparable(object)
        }
        (planes, items) = scorers
        self.forest = forest
        metric = object.metric
        self.query = UnsafePointer(memory.query)
        // Annoy leaves the sum to the kernel that compares, so that it is the same for equal vectors.
        querySquares = metric == .angular ? Self.product(planes, self.query.pointee.vector) : 0
    }

    private static func product(_ planes: Scorer, _ vector: UnsafePointer<Float>?) -> Float {
        guard let vector else { return 0 }
        planes.score(rowsFrom: UnsafeRawPointer(vector), stride: 0, 1)
        return planes.values[0]
    }

    // MARK: Items

    /// The distance by which Annoy ranks an item, from what `items` computed for it.
    func ranked(_ value: Float, _ item: UInt32) -> Float {
        switch metric {
        case .dot: return -value
        case .angular:
            let stored = forest.number(besideVectorOf: item)
            let squares = querySquares * (stored == 0 ? Self.squares(forest, item) : stored)
            return squares > 0 ? Float(2 - 2 * Double(value) / Double(squares.squareRoot())) : 2
        default: return value
        }
    }

    /// Old files have no lengths beside their items.
    private static func squares(_ forest: AnnoyForest, _ item: UInt32) -> Float {
        let vector = forest.vector(of: item)
        var sum: Float = 0
        for place in 0..<forest.vectorBytes / 4 {
            let component = vector.loadUnaligned(fromByteOffset: 4 * place, as: Float.self)
            sum += component * component
        }
        return sum
    }

    /// What Annoy returns for a distance by which it ranked (`normalized_distance`).
    func returned(_ distance: Float) -> Float {
        switch metric {
        case .angular, .euclidean: max(distance, 0).squareRoot()
        case .dot: -distance
        default: max(distance, 0)
        }
    }

    // MARK: Planes

    /// What a root is pushed with (`pq_initial_value`). Hamming's priorities count down from the greatest integer; here they do
    /// from 0.
    var rootPriority: Float { metric == .hamming ? 0 : .infinity }

    /// Where the query lies beside the plane of a split; 0 or 1 for a bit of the query.
    func margin(of split: UInt32) throws(SearchError) -> Float {
        let vector = forest.vector(of: split)
        if metric == .hamming {
            let bit = UInt64(littleEndian: vector.loadUnaligned(as: UInt64.self))
            guard bit < UInt64(forest.vectorBytes * 8), let bits = query.pointee.bits else {
                throw SearchError(code: .damagedFile, message: "node \(split) splits by bit \(bit), which is not there")
            }
            // The highest bit of a 64-bit word comes first.
            let place = Int(bit & ~63 | (63 - bit & 63))
            return Float(bits[place / 8] >> UInt8(place % 8) & 1)
        }
        planes.score(rowsFrom: vector, stride: 0, 1)
        let number = forest.number(besideVectorOf: split)
        switch metric {
        case .euclidean, .l1: return number + planes.values[0]
        case .dot: return planes.values[0] + number * number
        default: return planes.values[0]
        }
    }

    /// The priority of a child (`pq_distance`).
    func priority(_ parent: Float, _ margin: Float, _ side: Int) -> Float {
        if metric == .hamming { return margin == Float(side) ? parent : parent - 1 }
        let signed = side == 0 ? -margin : margin
        return signed < parent ? signed : parent
    }
}

extension ScorerMemory {
    /// Makes a query ready for the planes and for the items of a forest. Both use the same memory.
    ///
    /// - Parameter source: as many finite floats as the index has components; for `hamming`, above 0.5 is a set bit.
    fileprivate func annoyScorers(
        _ forest: AnnoyForest, _ object: IndexObject, query source: [Float], batch: Int
    ) -> (planes: Scorer, items: Scorer)? {
        query.pointee = annscope_query()
        query.pointee.factor = 1
        if object.metric == .hamming {
            let bytes = bits.room(for: forest.vectorBytes)
            bytes.initialize(repeating: 0, count: forest.vectorBytes)
            for place in source.indices where source[place] > 0.5 { bytes[place / 8] |= 1 << UInt8(place % 8) }
            query.pointee.bits = UnsafePointer(bytes)
            query.pointee.dimension = 8 * forest.vectorBytes
        } else {
            let floats = vector.room(for: source.count)
            floats.update(from: source, count: source.count)
            query.pointee.vector = UnsafePointer(floats)
            query.pointee.dimension = source.count
        }
        let set = annscope_kernel_count() - 1
        let dot = annscope_kernel_for(set, annscope_float32, annscope_dot)
        let kernel: annscope_kernel? =
            switch object.metric {
            case .angular, .dot: dot
            case .euclidean: annscope_kernel_for(set, annscope_float32, annscope_squared_l2)
            case .l1: annscope_plain_kernel(annscope_l1)
            case .hamming: annscope_kernel_for(set, annscope_bits, annscope_hamming)
            default: nil
            }
        guard let dot, let kernel else { return nil }
        let rows = (start: forest.vector(of: 0), stride: forest.nodeBytes)
        return (scorer(dot, rows, batch: batch), scorer(kernel, rows, batch: batch))
    }
}
