extension FaissReader {
    /// `IndexFlat`: the number of floats and the floats.
    mutating func readFlat(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader()
        let place = reader.offset
        let floats = try reader.read(UInt64.self, "\(prefix)codes")
        let (rows, rest) = floats.quotientAndRemainder(dividingBy: UInt64(header.dimension))
        guard rest == 0, rows == UInt64(header.count) else {
            throw reader.invalid(
                "\(prefix)codes", at: place,
                "there are \(floats) floats, and ntotal \(header.count) × d \(header.dimension) is something else")
        }
        let start = try reader.skip(floats, elementsOf: 4, "\(prefix)codes")
        return try flatObject(name, header, .float32, start: start)
    }

    /// `IndexScalarQuantizer`.
    mutating func readScalarQuantizerIndex(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader()
        let quantizer = try readScalarQuantizer(header)
        let start = try readCodes(header.count, codeBytes: quantizer.type.codeBytes(dimension: header.dimension))
        return try flatObject(name, header, .scalar(quantizer), start: start)
    }

    /// `IndexPQ`. The older names have fewer fields, and always meant L2.
    mutating func readProductQuantizerIndex(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader()
        let quantizer = try readProductQuantizer("pq", dimension: header.dimension)
        let start = try readCodes(header.count, codeBytes: quantizer.codeBytes)
        if name != "IxPQ" {
            note("search_type", try reader.read(Int32.self, "search_type"))
            note("encode_signs", try reader.read(UInt8.self, "encode_signs"))
            note("polysemous_ht", try reader.read(Int32.self, "polysemous_ht"))
        }
        return try flatObject(name, header, .product(quantizer), start: start, metric: name == "IxPq" ? nil : .l2)
    }

    /// `IndexPQFastScan`: codes of 4 bits in blocks.
    mutating func readFastScan(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader()
        let quantizer = try readProductQuantizer("pq", dimension: header.dimension)
        note("implem", try reader.read(Int32.self, "implem"))
        let bbs = try readBlockSize(quantizer)
        note("qbs", try reader.read(Int32.self, "qbs"))
        note("ntotal2", try reader.read(UInt64.self, "ntotal2"))
        try readM2(quantizer)
        let place = reader.offset
        let (start, count) = try reader.vector(elementsOf: 1, "\(prefix)codes")
        let needed = FastScanBlocks.byteCount(vectors: header.count, bbs: bbs, M: quantizer.M)
        guard count >= needed else {
            throw reader.invalid(
                "\(prefix)codes", at: place, "there are \(count) bytes, and \(header.count) vectors need \(needed)")
        }
        let vectors = StoredVectors(
            encoding: .product(quantizer), dimension: header.dimension, count: header.count,
            placement: .blocks(
                FastScanBlocks(
                    quantizer: quantizer, bbs: bbs, starts: [0, header.count], runs: [reader.bytes.base + start])),
            bytes: [reader.bytes])
        return IndexObject(
            kind: kind(name), metric: header.metric, dimension: header.dimension, count: header.count,
            isTrained: header.isTrained, structure: .flat, vectors: vectors, labels: .positions)
    }

    /// `Index2Layer`: each code is the number of a centroid and the product code of what is left.
    mutating func readTwoLevel(_ name: FourCC) throws(IndexFileError) -> IndexObject {
        let header = try readHeader()
        let quantizer = try readNeededIndex(within: "quantizer")
        let nlistPlace = reader.offset
        let nlist = try reader.read(UInt64.self, "\(prefix)nlist")
        note("nlist", nlist)
        note("quantizer_trains_alone", try reader.read(UInt8.self, "quantizer_trains_alone"))
        guard nlist == UInt64(quantizer.count), quantizer.dimension == header.dimension else {
            throw reader.invalid(
                "\(prefix)nlist", at: nlistPlace,
                "it is \(nlist) with d \(header.dimension), and the quantizer holds \(quantizer.count) centroids of d "
                    + "\(quantizer.dimension)")
        }
        let product = try readProductQuantizer("pq", dimension: header.dimension)
        let place = reader.offset
        let first = try reader.read(UInt64.self, "code_size_1")
        let second = try reader.read(UInt64.self, "code_size_2")
        let total = try reader.read(UInt64.self, "code_size")
        guard first <= 8, second == UInt64(product.codeBytes), total == first + second else {
            throw reader.invalid(
                "code_size", at: place,
                "they are \(first) + \(second) = \(total), and up to 8 + \(product.codeBytes) is needed")
        }
        let start = try readCodes(header.count, codeBytes: Int(total))
        guard let centroids = quantizer.centroidVectors else {
            throw reader.unsupported(
                "\(prefix)quantizer", at: nlistPlace,
                "the centroids can't be had from a quantizer of the kind \(quantizer.kind)")
        }
        return try flatObject(
            name, header, .product(product), start: start, stride: Int(total),
            residual: .init(centroids: centroids, cellBytes: Int(first)))
    }

    private mutating func flatObject(
        _ name: FourCC, _ header: FaissHeader, _ encoding: VectorEncoding, start: Int, stride: Int? = nil,
        metric: Metric? = nil, residual: StoredVectors.Residual? = nil
    ) throws(IndexFileError) -> IndexObject {
        let vectors = StoredVectors(
            encoding: encoding, dimension: header.dimension, count: header.count,
            placement: .rows(
                start: reader.bytes.base + start, stride: stride ?? encoding.codeBytes(dimension: header.dimension)),
            residual: residual, bytes: [reader.bytes])
        if parsing.isChecking { try parsing.check(vectors, "\(prefix)codes") }
        return IndexObject(
            kind: kind(name), metric: metric ?? header.metric, metricArgument: header.metricArgument,
            dimension: header.dimension, count: header.count, isTrained: header.isTrained, structure: .flat,
            vectors: vectors, labels: .positions)
    }

    /// The codes of `count` vectors, which stand behind their number of bytes.
    mutating func readCodes(_ count: Int, codeBytes: Int) throws(IndexFileError) -> Int {
        let place = reader.offset
        let bytes = try reader.read(UInt64.self, "\(prefix)codes")
        let (rows, rest) = bytes.quotientAndRemainder(dividingBy: UInt64(codeBytes))
        guard rest == 0, rows == UInt64(count) else {
            throw reader.invalid(
                "\(prefix)codes", at: place,
                "there are \(bytes) bytes, and ntotal \(count) × code_size \(codeBytes) is something else")
        }
        return try reader.skip(bytes, elementsOf: 1, "\(prefix)codes")
    }

    // MARK: Quantizers

    mutating func readScalarQuantizer(_ index: FaissHeader) throws(IndexFileError) -> ScalarQuantizer {
        let place = reader.offset
        let number = try reader.read(Int32.self, "\(prefix)qtype")
        _ = try reader.read(Int32.self, "rangestat")
        _ = try reader.readFloat("rangestat_arg")
        let dimension = try reader.read(UInt64.self, "sq.d")
        let codeSize = try reader.read(UInt64.self, "sq.code_size")
        let trainedPlace = reader.offset
        let trained = try reader.copiedVector(of: UInt32.self, "sq.trained").map { Float(bitPattern: $0) }
        guard let type = ScalarQuantizer.QuantizerType(rawValue: number) else {
            guard 9...26 ~= number else {
                throw reader.invalid("\(prefix)qtype", at: place, "it is \(number), and Faiss has no such quantizer")
            }
            let name = number == 9 ? "0-bit" : number <= 18 ? "TurboQuant" : "EDEN"
            throw reader.unsupported(
                "\(prefix)qtype", at: place, "Faiss scalar quantizer \(name) (\(number)) is not supported yet")
        }
        note("qtype", "\(number) (\(type.name))")
        guard dimension == UInt64(index.dimension) else {
            throw reader.invalid("\(prefix)sq.d", at: place + 12, "it is \(dimension), and d is \(index.dimension)")
        }
        guard codeSize == UInt64(type.codeBytes(dimension: index.dimension)) else {
            throw reader.invalid(
                "\(prefix)sq.code_size", at: place + 20,
                "it is \(codeSize), and \(type.name) codes of \(index.dimension) components have "
                    + "\(type.codeBytes(dimension: index.dimension)) bytes")
        }
        let needed = type.trainedValues(dimension: index.dimension)
        guard trained.count == needed || (trained.isEmpty && !index.isTrained) else {
            throw reader.invalid(
                "\(prefix)sq.trained", at: trainedPlace, "it has \(trained.count) values, and \(needed) are needed")
        }
        if !trained.allSatisfy(\.isFinite) {
            parsing.warnings.add("\(prefix)sq.trained", offset: trainedPlace, "it holds NaN or infinity")
        }
        return ScalarQuantizer(
            type: type, trained: trained.isEmpty ? Array(repeating: 0, count: needed) : trained)
    }

    mutating func readProductQuantizer(_ name: String, dimension: Int) throws(IndexFileError) -> ProductQuantizer {
        let place = reader.offset
        let d = try reader.read(UInt64.self, "\(prefix)\(name).d")
        let M = try reader.read(UInt64.self, "\(prefix)\(name).M")
        let nbits = try reader.read(UInt64.self, "\(prefix)\(name).nbits")
        let centroidsPlace = reader.offset
        guard d == UInt64(dimension) else {
            throw reader.invalid("\(prefix)\(name).d", at: place, "it is \(d), and d is \(dimension)")
        }
        guard M > 0, M <= d, d % M == 0 else {
            throw reader.invalid("\(prefix)\(name).M", at: place + 8, "it is \(M), and it must divide d \(d)")
        }
        guard 1...24 ~= nbits else {
            throw reader.invalid("\(prefix)\(name).nbits", at: place + 16, "it is \(nbits), and 1 to 24 is allowed")
        }
        let (start, count) = try reader.vector(elementsOf: 4, "\(prefix)\(name).centroids")
        guard count == dimension << Int(nbits) else {
            throw reader.invalid(
                "\(prefix)\(name).centroids", at: centroidsPlace,
                "there are \(count) floats, and d × 2^nbits is \(dimension << Int(nbits))")
        }
        note("\(name).M", M)
        note("\(name).nbits", nbits)
        try reader.bytes.require(start, count * 4)
        if parsing.isChecking, !FiniteCheck.areFinite(reader.bytes.base + start, count: count) {
            parsing.warnings.add("\(prefix)\(name).centroids", offset: start, "a centroid holds NaN or infinity")
        }
        return ProductQuantizer(
            dimension: dimension, M: Int(M), nbits: Int(nbits), centroids: reader.bytes.base + start,
            bytes: reader.bytes)
    }

    /// Vectors in a block of a fast-scan index. Their codes have 4 bits.
    mutating func readBlockSize(_ quantizer: ProductQuantizer?) throws(IndexFileError) -> Int {
        let place = reader.offset
        let bbs = try reader.read(Int32.self, "\(prefix)bbs")
        note("bbs", bbs)
        guard bbs > 0, bbs % 32 == 0, bbs <= 1 << 20 else {
            throw reader.invalid("\(prefix)bbs", at: place, "it is \(bbs), and a multiple of 32 is needed")
        }
        if let quantizer { try checkFourBits(quantizer) }
        return Int(bbs)
    }

    func checkFourBits(_ quantizer: ProductQuantizer) throws(IndexFileError) {
        guard quantizer.nbits == 4 else {
            throw reader.invalid("\(prefix)pq.nbits", "it is \(quantizer.nbits), and a fast-scan index has 4")
        }
    }

    /// The number of parts, rounded up to an even one.
    mutating func readM2(_ quantizer: ProductQuantizer) throws(IndexFileError) {
        let place = reader.offset
        try checkM2(try reader.read(UInt64.self, "\(prefix)M2"), at: place, quantizer)
    }

    func checkM2(_ M2: UInt64, at place: Int, _ quantizer: ProductQuantizer) throws(IndexFileError) {
        guard M2 == UInt64((quantizer.M + 1) / 2 * 2) else {
            throw reader.invalid(
                "\(prefix)M2", at: place, "it is \(M2), and M \(quantizer.M) rounded up to an even number is needed")
        }
    }
}
