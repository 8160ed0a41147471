import CVectorKernels
import IndexFiles
import Testing

@testable import VectorSearch

@Suite("Codes of vectors")
struct VectorCodesTests {
    @Test func `every instruction set finds the same products as plain integers`() {
        var chance = Chance(seed: ExactNeighboursTests.seed)
        #expect(annscope_code_kernel_count() >= 1)
        for rowBytes in stride(from: 64, through: 1024, by: 64) {
            let count = 9
            let memory = UnsafeMutableRawPointer.allocate(byteCount: count * rowBytes, alignment: 64)
            defer { memory.deallocate() }
            let codes = memory.bindMemory(to: UInt8.self, capacity: count * rowBytes)
            for place in 0..<count * rowBytes {
                codes[place] = place < 2 * rowBytes ? (place < rowBytes ? 255 : 0) : UInt8(chance.below(256))
            }
            let queries = [
                [Int8](repeating: 127, count: rowBytes), [Int8](repeating: -127, count: rowBytes),
                (0..<rowBytes).map { _ in Int8(chance.below(255) - 127) },
            ]
            for query in queries {
                let bias = Int32(128 * query.reduce(0) { $0 + Int($1) })
                for used in 0...count {
                    let plain = (0..<used).map { row in
                        Float(
                            (0..<rowBytes).reduce(0) { $0 + (Int(codes[row * rowBytes + $1]) - 128) * Int(query[$1]) })
                    }
                    for set in 0..<annscope_code_kernel_count() {
                        var dots = [Float](repeating: .nan, count: count + 1)
                        annscope_code_kernel_at(set).dots(query, bias, codes, rowBytes, used, &dots)
                        #expect(Array(dots.prefix(used)) == plain)
                        #expect(dots[used].isNaN)
                    }
                }
            }
        }
    }

    @Test(arguments: MadeVectors.Kind.allCases)
    func `a code is never farther off than it says`(kind: MadeVectors.Kind) {
        for dimension in [1, 15, 16, 33, 128, 300] {
            let made = MadeVectors(kind, count: 200, dimension: dimension, seed: ExactNeighboursTests.seed)
            let centre = made.rows[1].map { $0.isFinite ? $0 : 0 }
            let rowBytes = VectorCodes.rowBytes(dimension: dimension)
            for row in made.rows {
                var code = [UInt8](repeating: 0, count: rowBytes)
                let facts = annscope_encode_row(row, centre, dimension, rowBytes, &code)
                #expect(code[dimension...].allSatisfy { $0 == 128 })
                let length = row.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
                guard facts.error.isFinite else {
                    #expect(!(length < 1e19))
                    continue
                }
                var (error, square) = (0.0, 0.0)
                for place in 0..<dimension {
                    let value = Double(facts.scale) * Double(Int(code[place]) - 128)
                    let rest = Double(row[place]) - Double(centre[place]) - value
                    error += rest * rest
                    square += value * value
                }
                #expect(Double(facts.error) >= error.squareRoot())
                #expect(
                    Double(facts.error) <= 1.001 * error.squareRoot() + 1e-6 * length + 1e-6 * square.squareRoot()
                        + 1e-16)
                #expect(abs(Double(facts.squared_norm) - square) <= 1e-6 * square)
                #expect(Double(facts.length) >= length)
            }
        }
    }

    @Test func `codes rule most vectors out, by every instruction set, and never a neighbour`() throws {
        let made = MadeVectors(.gaussian, count: 2000, dimension: 32, seed: ExactNeighboursTests.seed)
        for (index, query) in [
            (try made.faissFlat(.l2), made.queries[2]), (try made.faissFlat(.innerProduct), made.queries[2]),
            (try made.hnswlibBruteForce(.innerProduct), made.queries[3]),
        ] {
            let exact = try #require(try ExactNeighbours.prepare(index, codedCount: 1))
            let codes = try #require(exact.codes)
            let hits = try #require(try exact.nearestByFloatScan(to: query, k: 10))
            let keys = RowKeys(exact.vectors, exact.measure, query: query)
            keys.compute([hits[9].node], 1)
            for set in 0..<annscope_code_kernel_count() {
                let coded = CodedQuery(query, codes, exact.measure, kernel: annscope_code_kernel_at(set))
                var dots = [Float](repeating: 0, count: 2000)
                var places = [UInt32](repeating: 0, count: 2000)
                let left = coded.survivors(0, 2000, bound: keys.values[0], dots: &dots, places: &places)
                #expect(left >= 10 && left < 40)
                #expect(Set(hits.map(\.node)).isSubset(of: places.prefix(left)))
            }
        }
    }
}
