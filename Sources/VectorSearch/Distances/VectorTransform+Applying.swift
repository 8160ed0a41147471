internal import CVectorKernels
internal import IndexFiles

extension VectorTransform {
    /// What the transform makes of a vector of `inputs` components: `outputs` components (faiss/VectorTransform.cpp,
    /// Faiss 1.6 to 1.15).
    func applied(to vector: [Float]) -> [Float] {
        switch operation {
        case .linear(let A, let b): return Self.multiplied(vector, A, b, outputs: outputs)
        case .normalise: return Self.normalised(vector)
        case .centre(let mean): return Self.centred(vector, mean)
        case .remap(let map):
            return (0..<outputs).map { place in
                let source = Int(map.loadUnaligned(fromByteOffset: place * 4, as: Int32.self))
                return vector.indices.contains(source) ? vector[source] : 0
            }
        case .hadamard(let seed): return Self.rotated(vector, seed: seed, outputs: outputs)
        case .iterative(let mean, let linear):
            return linear.applied(to: Self.normalised(Self.centred(vector, mean)))
        }
    }

    private static func multiplied(
        _ vector: [Float], _ A: UnsafeRawPointer, _ b: UnsafeRawPointer?, outputs: Int
    ) -> [Float] {
        var product = [Float](repeating: 0, count: outputs)
        guard let kernel = annscope_kernel_for(annscope_kernel_count() - 1, annscope_float32, annscope_dot) else {
            return product
        }
        let rows: [UnsafeRawPointer] = (0..<outputs).map { A + $0 * vector.count * 4 }
        vector.withUnsafeBufferPointer { components in
            var query = annscope_query()
            query.vector = components.baseAddress
            query.dimension = vector.count
            query.factor = 1
            kernel(&query, rows, outputs, &product)
        }
        guard let b else { return product }
        for place in 0..<outputs { product[place] += b.loadUnaligned(fromByteOffset: place * 4, as: Float.self) }
        return product
    }

    /// A zero vector stays (`fvec_renorm_L2`).
    private static func normalised(_ vector: [Float]) -> [Float] {
        let squares = vector.reduce(0) { $0 + $1 * $1 }
        guard squares > 0 else { return vector }
        let factor = 1 / squares.squareRoot()
        return vector.map { $0 * factor }
    }

    private static func centred(_ vector: [Float], _ mean: UnsafeRawPointer) -> [Float] {
        vector.indices.map { vector[$0] - mean.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) }
    }

    /// Three rounds of random signs and a fast Walsh–Hadamard transform (`HadamardRotation`, Faiss 1.14 on). The signs are
    /// drawn anew from the seed; the output has a power of two of components.
    private static func rotated(_ vector: [Float], seed: UInt32, outputs: Int) -> [Float] {
        var chance = SplitMix64(state: UInt64(seed))
        let signs = (0..<3).map { _ in (0..<outputs).map { _ in chance.nextSign() } }
        var result = vector + [Float](repeating: 0, count: outputs - vector.count)
        for round in 0..<3 {
            for place in result.indices { result[place] *= signs[round][place] }
            var step = 1
            while step < outputs {
                for block in stride(from: 0, to: outputs, by: 2 * step) {
                    for place in block..<block + step {
                        let (a, b) = (result[place], result[place + step])
                        result[place] = a + b
                        result[place + step] = a - b
                    }
                }
                step *= 2
            }
        }
        let scale = 1 / (Float(outputs) * Float(outputs).squareRoot())
        return result.map { $0 * scale }
    }

    /// Faiss's `SplitMix64RandomGenerator` (faiss/utils/random.h).
    private struct SplitMix64 {
        var state: UInt64

        mutating func nextSign() -> Float {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            mixed ^= mixed >> 31
            return Int64(bitPattern: mixed & 0x7FFF_FFFF) % 2 == 0 ? -1 : 1
        }
    }
}
