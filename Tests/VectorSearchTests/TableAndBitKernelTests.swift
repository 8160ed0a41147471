import CVectorKernels
import Testing

@Suite("Product and bit kernels")
struct TableAndBitKernelTests {
    @Test("a product's codes find their entries, whatever their width", arguments: Array(1...12) + [16, 24])
    func products(width: Int) throws {
        var numbers = SeededNumbers(seed: width)
        let mostParts = width > 12 ? 3 : 33
        let table = width > 16 ? [Float](repeating: 0, count: mostParts << width) : numbers.vector(mostParts << width)
        let memory = FencedRows(mostBytes: 5 * (mostParts * width + 7) / 8 + 8)
        for parts in 1...mostParts {
            let bytes = (parts * width + 7) / 8
            let rows = memory.rows(5, bytes: bytes)
            for row in rows { numbers.fill(row, bytes: bytes) }
            // Which entries the codes ask for, in order; in the widest table only these are set.
            let entries = rows.map { row in
                (0..<parts).map { $0 << width + packed(row, from: $0 * width, width: width) }
            }
            var table = table
            if width > 16 { for entry in entries.joined() { table[entry] = Float(entry % 1009) } }
            let codings = width == 8 ? [annscope_product8, annscope_product] : [annscope_product]
            for set in 0..<annscope_kernel_count() {
                for coding in codings {
                    let kernel = try #require(annscope_kernel_for(set, coding, annscope_squared_l2))
                    var values = [Float](repeating: 0, count: 5)
                    table.withUnsafeBufferPointer { table in
                        var query = annscope_query()
                        query.table = table.baseAddress
                        query.parts = parts
                        query.bits_per_part = width
                        query.factor = 1
                        kernel(&query, rows.map { UnsafeRawPointer($0) }, 5, &values)
                    }
                    for (value, entries) in zip(values, entries) {
                        let exact = entries.reduce(0.0) { $0 + Double(table[$1]) }
                        let size = entries.reduce(1.0) { $0 + abs(Double(table[$1])) }
                        #expect(abs(Double(value) - exact) <= 1e-6 * size, "set \(set), \(parts) parts")
                    }
                }
            }
        }
    }

    @Test("the bits that differ are counted, up to the last byte")
    func hamming() throws {
        let memory = FencedRows(mostBytes: 17 * 65)
        var numbers = SeededNumbers(seed: 8)
        for bytes in 1...65 {
            let rows = memory.rows(17, bytes: bytes)
            for row in rows { numbers.fill(row, bytes: bytes) }
            let asked = (0..<bytes).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
            let exact = rows.map { row in
                asked.indices.reduce(0) {
                    $0 + (asked[$1] ^ row.load(fromByteOffset: $1, as: UInt8.self)).nonzeroBitCount
                }
            }
            for set in 0..<annscope_kernel_count() {
                let kernel = try #require(annscope_kernel_for(set, annscope_bits, annscope_hamming))
                for count in KernelTests.counts {
                    var values = [Float](repeating: -1, count: 17)
                    asked.withUnsafeBufferPointer { asked in
                        var query = annscope_query()
                        query.bits = asked.baseAddress
                        query.dimension = 8 * bytes
                        query.factor = 1
                        kernel(&query, rows.map { UnsafeRawPointer($0) }, count, &values)
                    }
                    let wanted = exact[..<count].map { Float($0) } + [Float](repeating: -1, count: 17 - count)
                    #expect(values == wanted, "set \(set), \(bytes) bytes")
                }
            }
        }
    }
}
