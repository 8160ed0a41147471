extension FaissReader {
    /// Reads a transform (`read_VectorTransform`): its own fields, then the number of inputs and outputs.
    mutating func readTransform(_ name: String) throws(IndexFileError) -> VectorTransform {
        let outer = prefix
        prefix += name + "."
        defer { prefix = outer }
        let place = reader.offset
        let fourcc = try reader.readFourCC("\(prefix)fourcc")
        note("fourcc", fourcc)
        guard let kind = fourcc.transformName else {
            throw reader.invalid("\(prefix)fourcc", at: place, "it is '\(fourcc)', and Faiss writes no such transform")
        }
        /// Offset and number of floats of the parts that depend on the dimensions, which come last.
        var matrix: (offset: Int, count: Int)?
        var bias: (offset: Int, count: Int)?
        var hasBias = false
        var mean: (offset: Int, count: Int)?
        var map: (offset: Int, count: Int)?
        var seed: UInt32 = 0
        var nested: VectorTransform?
        switch fourcc {
        case "VNrm": note("norm", try reader.readFloat("\(prefix)norm"))
        case "VCnt": mean = try reader.vector(elementsOf: 4, "\(prefix)mean")
        case "RmDT": map = try reader.vector(elementsOf: 4, "\(prefix)map")
        case "HRot":
            seed = try reader.read(UInt32.self, "\(prefix)seed")
            note("seed", seed)
        case "Viqt":
            mean = try reader.vector(elementsOf: 4, "\(prefix)mean")
            note("do_pca", try reader.readBool("\(prefix)do_pca") ? 1 : 0)
            // What `pca_then_itq` does has `itq` in it.
            _ = try readTransform("itq")
            nested = try readTransform("pca_then_itq")
        default:
            if fourcc == "Pcam" || fourcc == "PcAm" || fourcc == "PCAm" { try readPCAFields(fourcc) }
            if fourcc == "Viqm" {
                note("max_iter", try reader.read(Int32.self, "\(prefix)max_iter"))
                note("seed", try reader.read(Int32.self, "\(prefix)seed"))
            }
            hasBias = try reader.readBool("\(prefix)have_bias")
            note("have_bias", hasBias ? 1 : 0)
            matrix = try reader.vector(elementsOf: 4, "\(prefix)A")
            bias = try reader.vector(elementsOf: 4, "\(prefix)b")
        }
        let dimensions = reader.offset
        let inputs = Int(try reader.read(Int32.self, "\(prefix)d_in"))
        let outputs = Int(try reader.read(Int32.self, "\(prefix)d_out"))
        let isTrained = try reader.readBool("\(prefix)is_trained")
        note("d_in", inputs)
        note("d_out", outputs)
        guard 1...(1 << 20) ~= inputs, 1...(1 << 20) ~= outputs else {
            throw reader.invalid("\(prefix)d_in", at: dimensions, "it maps \(inputs) to \(outputs) components")
        }
        let base = reader.bytes.base
        func floats(_ part: (offset: Int, count: Int)?, _ field: String, _ needed: Int) throws(IndexFileError)
            -> UnsafeRawPointer
        {
            guard let part, part.count >= needed || !isTrained else {
                throw reader.invalid(
                    "\(prefix)\(field)", at: part?.offset ?? place,
                    "it has \(part?.count ?? 0) values, and d_in \(inputs) with d_out \(outputs) need \(needed)")
            }
            return base + part.offset
        }
        let operation: VectorTransform.Operation
        switch fourcc {
        case "VNrm": operation = .normalise
        case "HRot": operation = .hadamard(seed: seed)
        case "VCnt": operation = .centre(mean: try floats(mean, "mean", inputs))
        case "RmDT":
            operation = .remap(map: try floats(map, "map", outputs))
            if let map { try checkMap(map, inputs) }
        case "Viqt":
            guard let nested, nested.inputs == inputs, nested.outputs == outputs else {
                throw reader.invalid(
                    "\(prefix)pca_then_itq", at: dimensions, "it does not map \(inputs) to \(outputs) components")
            }
            operation = .iterative(mean: try floats(mean, "mean", inputs), linear: nested)
        default:
            operation = .linear(
                A: try floats(matrix, "A", inputs * outputs), b: hasBias ? try floats(bias, "b", outputs) : nil)
        }
        return VectorTransform(
            name: "\(kind) (\(fourcc))", inputs: inputs, outputs: outputs, isTrained: isTrained, operation: operation,
            bytes: reader.bytes)
    }

    /// Faiss before 1.6 wrote neither epsilon nor balanced_bins, 1.6 to 1.7.1 no epsilon.
    private mutating func readPCAFields(_ name: FourCC) throws(IndexFileError) {
        note("eigen_power", try reader.readFloat("\(prefix)eigen_power"))
        if name == "Pcam" { note("epsilon", try reader.readFloat("\(prefix)epsilon")) }
        note("random_rotation", try reader.readBool("\(prefix)random_rotation") ? 1 : 0)
        if name != "PCAm" { note("balanced_bins", try reader.read(Int32.self, "\(prefix)balanced_bins")) }
        for field in ["mean", "eigenvalues", "PCAMat"] { _ = try reader.vector(elementsOf: 4, "\(prefix)\(field)") }
    }

    /// Every output must come from an input that there is, or be −1.
    private func checkMap(_ map: (offset: Int, count: Int), _ inputs: Int) throws(IndexFileError) {
        try reader.bytes.require(map.offset, map.count * 4)
        for place in 0..<map.count {
            let source = (reader.bytes.base + map.offset).loadUnaligned(fromByteOffset: place * 4, as: Int32.self)
            guard source >= -1, Int(source) < inputs else {
                throw reader.invalid(
                    "\(prefix)map", at: map.offset + place * 4,
                    "component \(place) comes from \(source), and there are \(inputs)")
            }
        }
    }
}
