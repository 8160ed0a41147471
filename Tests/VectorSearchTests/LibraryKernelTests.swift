import CVectorKernels
import IndexFiles
import Testing

/// The kernels of usearch's and Voyager's own distances, in every instruction set that this processor has, against sums in
/// double precision.
@Suite("Kernels of single libraries")
struct LibraryKernelTests {
    struct Format: Sendable, CustomStringConvertible {
        let name: String
        let coding: annscope_coding
        let encoding: VectorEncoding
        let metrics: [annscope_usearch_metric]
        var description: String { name }
    }

    private static let numbers = [annscope_usearch_l2sq, annscope_usearch_ip, annscope_usearch_cos]
    static let formats = [
        Format(name: "float32", coding: annscope_float32, encoding: .float32, metrics: numbers),
        Format(name: "float16", coding: annscope_float16, encoding: .float16, metrics: numbers),
        Format(name: "bfloat16", coding: annscope_bfloat16, encoding: .bfloat16, metrics: numbers),
        Format(name: "signed bytes", coding: annscope_signed8, encoding: .int8, metrics: numbers),
        Format(
            name: "bits", coding: annscope_bits, encoding: .bitsFromTop,
            metrics: [
                annscope_usearch_ip, annscope_usearch_hamming, annscope_usearch_tanimoto, annscope_usearch_sorensen,
            ]),
    ]

    /// Runs a kernel over rows behind which no byte may be read.
    private func values(
        _ kernel: annscope_kernel, query: UnsafePointer<UInt8>, floats: [Float], rows: [[UInt8]], dimension: Int
    ) -> [Float] {
        let fence = FencedRows(mostBytes: rows.count * rows[0].count)
        let pointers = fence.rows(rows.count, bytes: rows[0].count)
        for (pointer, row) in zip(pointers, rows) { pointer.copyMemory(from: row, byteCount: row.count) }
        var values = [Float](repeating: .nan, count: rows.count)
        floats.withUnsafeBufferPointer { floats in
            var ready = annscope_query()
            ready.vector = floats.baseAddress
            ready.bits = query
            ready.dimension = dimension
            ready.factor = 1
            withExtendedLifetime(fence) { kernel(&ready, pointers.map { UnsafeRawPointer($0) }, rows.count, &values) }
        }
        return values
    }

    private func components(_ code: [UInt8], _ encoding: VectorEncoding, _ dimension: Int) -> [Double] {
        var floats = [Float](repeating: 0, count: dimension)
        encoding.decode(code, dimension: dimension, into: &floats)
        // Signed bytes are compared as the integers they are.
        if case .int8 = encoding { return code.map { Double(Int8(bitPattern: $0)) } }
        return floats.map(Double.init)
    }

    private func distance(_ metric: annscope_usearch_metric, _ a: [Double], _ b: [Double]) -> Double {
        func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        let (common, first, second) = (product(a, b), product(a, a), product(b, b))
        switch metric {
        case annscope_usearch_l2sq, annscope_usearch_hamming: return first + second - 2 * common
        case annscope_usearch_ip: return 1 - common
        case annscope_usearch_cos:
            if first == 0, second == 0 { return 0 }
            return common == 0 ? 1 : max(0, 1 - common / (first * second).squareRoot())
        case annscope_usearch_tanimoto:
            return first + second == 0 ? 0 : 1 - common / (first + second - common)
        default: return 1 - 2 * common / (first + second)
        }
    }

    @Test(arguments: formats)
    func `every set has usearch's values`(format: Format) throws {
        var generator = SeededNumbers(seed: 7)
        for dimension in Array(1...40) + [63, 64, 65, 127, 128, 200] {
            let bytes = format.encoding.codeBytes(dimension: dimension)
            let codes = (0..<6).map { _ in code(format, bytes, dimension, &generator) }
            let floats = components(codes[0], format.encoding, dimension).map { Float($0) }
            for metric in format.metrics {
                let expected = codes.map {
                    distance(
                        metric, components(codes[0], format.encoding, dimension),
                        components($0, format.encoding, dimension))
                }
                for set in 0..<annscope_kernel_count() {
                    let kernel = try #require(annscope_usearch_kernel(set, format.coding, metric))
                    let found = codes[0].withUnsafeBufferPointer {
                        values(kernel, query: $0.baseAddress!, floats: floats, rows: codes, dimension: dimension)
                    }
                    for (value, double) in zip(found, expected) where !double.isNaN {
                        #expect(
                            abs(Double(value) - double) <= 1e-5 * (1 + abs(double)),
                            "\(metric), \(dimension) components, set \(set)")
                    }
                }
            }
        }
    }

    /// Small numbers of every kind; the code of row 2 is all zeros.
    private func code(_ format: Format, _ bytes: Int, _ dimension: Int, _ generator: inout SeededNumbers) -> [UInt8] {
        let number = generator.next()
        if number % 6 == 2 { return [UInt8](repeating: 0, count: bytes) }
        var code = (0..<bytes).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        // Exponents between −8 and 0, so that no sum is lost beside another.
        for component in 0..<dimension {
            let exponent = Int(generator.next() % 8)
            switch format.coding {
            case annscope_float32:
                let float = Float(
                    sign: code[4 * component] % 2 == 0 ? .plus : .minus, exponent: -exponent, significand: 1.25)
                withUnsafeBytes(of: float.bitPattern) {
                    code.replaceSubrange(4 * component..<4 * component + 4, with: $0)
                }
            case annscope_float16:
                code[2 * component + 1] = code[2 * component + 1] & 0x83 | UInt8(8 + exponent) << 2
            case annscope_bfloat16:
                code[2 * component + 1] = code[2 * component + 1] & 0x80 | 0x3B + UInt8(exponent) / 2
            default: break
            }
        }
        // Bits behind the last component are 0 in every file.
        if format.coding == annscope_bits, dimension % 8 != 0 { code[bytes - 1] &= 0xFF << UInt8(8 - dimension % 8) }
        return code
    }

    @Test func `Voyager's 8-bit floats have the values of their codes`() throws {
        let codes = (0..<254).map { UInt8($0) }
        for isProduct in [false, true] {
            let one: [UInt8] = [14]
            let found = one.withUnsafeBufferPointer {
                values(
                    annscope_e4m3_kernel(isProduct), query: $0.baseAddress!, floats: [], rows: codes.map { [$0] },
                    dimension: 1)
            }
            let expected = codes.map { code -> Float in
                let value = Float(components([code], .e4m3, 1)[0])
                return isProduct ? 1 - value : (1 - value) * (1 - value)
            }
            #expect(found == expected)
        }
    }
}
