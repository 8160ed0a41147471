import CVectorKernels
import Testing

@Suite("Distance kernels")
struct KernelTests {
    static let counts = [0, 1, 2, 3, 5, 8, 17]

    @Test("the sets have names, and the slowest is there on every processor")
    func names() {
        let names = (0..<annscope_kernel_count()).map { String(cString: annscope_set_name($0)) }
        #if arch(x86_64)
            #expect(["sse2", "avx2", "avx512"].starts(with: names) && !names.isEmpty)
        #else
            #expect(names == ["neon"])
        #endif
    }

    @Test("there is no kernel for a pair without meaning")
    func pairs() {
        for set in 0..<annscope_kernel_count() {
            for coding in annscope_float32.rawValue...annscope_bits.rawValue {
                let coding = annscope_coding(rawValue: coding)
                let isBits = coding == annscope_bits
                #expect((annscope_kernel_for(set, coding, annscope_hamming) != nil) == isBits)
                #expect((annscope_kernel_for(set, coding, annscope_squared_l2) != nil) == !isBits)
                #expect((annscope_kernel_for(set, coding, annscope_dot) != nil) == !isBits)
            }
        }
    }

    @Test(
        "every set agrees with double precision, in any dimension, alignment and batch, up to the last byte",
        arguments: RowCoding.allCases, [annscope_squared_l2.rawValue, annscope_dot.rawValue])
    func components(coding: RowCoding, measure: UInt32) throws {
        let measure = annscope_measure(rawValue: measure)
        let memory = FencedRows(mostBytes: 5 * coding.bytes(513))
        var numbers = SeededNumbers(seed: coding.bits)
        for dimension in 1...513 {
            let places = memory.rows(5, bytes: coding.bytes(dimension))
            for place in places { coding.fill(place, dimension, &numbers) }
            let query = numbers.vector(dimension)
            let least = numbers.vector(dimension)
            let step = numbers.vector(dimension).map { $0 / 16 }
            let exact = places.map { Exact(coding, measure, row: $0, query: query, least: least, step: step) }
            // The same rows over and over: a value is the same bits wherever its row stands in a batch.
            let rows = (0..<17).map { UnsafeRawPointer(places[($0 + 3) % 5]) }
            for set in 0..<annscope_kernel_count() {
                let kernel = try #require(annscope_kernel_for(set, coding.name, measure))
                let values = run(kernel, rows, query, least, step)
                for (place, value) in values.enumerated() {
                    let wanted = exact[(place + 3) % 5]
                    if !(abs(Double(value) - wanted.value) <= wanted.tolerance) || value != values[place % 5] {
                        Issue.record("set \(set), dimension \(dimension), row \(place): \(value), not \(wanted.value)")
                    }
                }
                for count in Self.counts {
                    let some = run(kernel, Array(rows[..<count]), query, least, step, offset: 1, factor: -1)
                    if some != values[..<count].map({ 1 - $0 }) {
                        Issue.record("set \(set), dimension \(dimension): other values in a batch of \(count)")
                    }
                }
            }
        }
    }

    @Test("every half is the number that it stands for", arguments: [RowCoding.float16, .bfloat16])
    func halves(coding: RowCoding) throws {
        let halves = (0...UInt16.max).map { $0 }
        try halves.withUnsafeBytes { bytes in
            let base = try #require(bytes.baseAddress)
            let rows = halves.indices.map { base + 2 * $0 }
            for set in 0..<annscope_kernel_count() {
                let kernel = try #require(annscope_kernel_for(set, coding.name, annscope_dot))
                let wrong = zip(rows, run(kernel, rows, [1])).filter { row, value in
                    let exact = coding.stored(row, 0)
                    return Double(value) != exact && !(value.isNaN && exact.isNaN)
                }
                #expect(wrong.isEmpty)
            }
        }
    }

    @Test("zeros, subnormal and huge numbers, infinity and NaN come through", arguments: [1, 3, 16, 37])
    func specialNumbers(dimension: Int) throws {
        let special: [Float] = [0, -0, .leastNonzeroMagnitude, 1e-30, 1e19, 3e38, -3e38, .infinity, -.infinity, .nan]
        for number in special {
            for place in Set([0, dimension / 2, dimension - 1]) {
                var row = [Float](repeating: 1, count: dimension)
                row[place] = number
                let query = [Float](repeating: 1, count: dimension)
                for set in 0..<annscope_kernel_count() {
                    let l2 = try #require(annscope_kernel_for(set, annscope_float32, annscope_squared_l2))
                    let dot = try #require(annscope_kernel_for(set, annscope_float32, annscope_dot))
                    let values = row.withUnsafeBytes { bytes in
                        [l2, dot].map { run($0, [bytes.baseAddress!], query)[0] }
                    }
                    let wanted = [(number - 1) * (number - 1), number + Float(dimension - 1)]
                    for (value, wanted) in zip(values, wanted) {
                        #expect(
                            value == wanted || abs(value - wanted) <= 1e-6 * abs(wanted) || value.isNaN && wanted.isNaN)
                    }
                }
            }
        }
    }

    @Test("the sum as it is with 0 and 1, a factor and an offset where they are asked for")
    func offsetAndFactor() throws {
        let kernel = try #require(annscope_kernel_for(annscope_kernel_count() - 1, annscope_float32, annscope_dot))
        let row: [Float] = [3, 4]
        row.withUnsafeBytes { row in
            #expect(run(kernel, [row.baseAddress!], [2, 5]) == [26])
            #expect(run(kernel, [row.baseAddress!], [2, 5], offset: 1, factor: -1) == [-25])
            #expect(run(kernel, [row.baseAddress!], [2, 5], offset: -0.5, factor: 2) == [51.5])
        }
    }

    @Test("the older form gives the same values")
    func olderForm() throws {
        var numbers = SeededNumbers(seed: 1)
        let (query, row) = (numbers.vector(75), numbers.vector(75))
        try row.withUnsafeBytes { bytes in
            let rows = [try #require(bytes.baseAddress)]
            for set in 0..<annscope_kernel_count() {
                let older = annscope_kernels_at(set)
                var values: [Float] = [0, 0]
                older.squared_l2(query, rows, 1, 75, &values)
                older.dot(query, rows, 1, 75, &values[1])
                let l2 = try #require(annscope_kernel_for(set, annscope_float32, annscope_squared_l2))
                let dot = try #require(annscope_kernel_for(set, annscope_float32, annscope_dot))
                #expect(values == run(l2, rows, query) + run(dot, rows, query))
            }
        }
    }
}

/// Runs a kernel over components.
func run(
    _ kernel: annscope_kernel, _ rows: [UnsafeRawPointer], _ query: [Float], _ least: [Float] = [],
    _ step: [Float] = [], argument: Float = 0, offset: Float = 0, factor: Float = 1
) -> [Float] {
    // One more, which no kernel may touch.
    var values = [Float](repeating: 42, count: rows.count + 1)
    query.withUnsafeBufferPointer { query in
        least.withUnsafeBufferPointer { least in
            step.withUnsafeBufferPointer { step in
                var ready = annscope_query()
                ready.vector = query.baseAddress
                ready.dimension = query.count
                ready.least = least.baseAddress
                ready.step = step.baseAddress
                ready.argument = argument
                ready.offset = offset
                ready.factor = factor
                kernel(&ready, rows, rows.count, &values)
            }
        }
    }
    #expect(values.removeLast() == 42)
    return values
}

/// A row's value in double precision, and how far rounding may take a kernel from it.
private struct Exact {
    var value = 0.0
    var tolerance = 0.0

    init(
        _ coding: RowCoding, _ measure: annscope_measure, row: UnsafeRawPointer, query: [Float], least: [Float],
        step: [Float]
    ) {
        let additions = Double(query.count) / 8 + 16
        var size = 0.0
        for place in query.indices {
            let asked = Double(query[place])
            var number = coding.stored(row, place)
            var largest = abs(asked) + abs(number)
            if coding.isCoded {
                let above = Double(step[place]) * number
                number = Double(least[place]) + above
                largest = abs(asked) + abs(Double(least[place])) + abs(above)
            }
            if measure == annscope_dot {
                value += asked * number
                size += abs(asked) * largest
            } else {
                let difference = asked - number
                value += difference * difference
                size += difference * difference + 6 * abs(difference) * largest / additions
            }
        }
        tolerance = additions * 0x1p-24 * size + 1e-37
    }
}
