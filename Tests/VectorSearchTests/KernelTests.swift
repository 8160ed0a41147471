import CVectorKernels
import Testing

@Suite("Distance kernels")
struct KernelTests {
    @Test("every instruction set agrees with double precision, at any dimension and alignment")
    func againstDouble() {
        #expect(annscope_kernel_count() >= 1)
        for set in 0..<annscope_kernel_count() {
            let kernels = annscope_kernels_at(set)
            for dimension in 1...130 {
                let query = vector(dimension, 37, 11)
                let rows = [vector(dimension, 53, 0), vector(dimension, 53, 29), vector(dimension, 53, 58)]
                // One byte off, as a row in a file may be.
                let memory = UnsafeMutableRawPointer.allocate(byteCount: 3 * 4 * dimension + 1, alignment: 64)
                defer { memory.deallocate() }
                var pointers: [UnsafeRawPointer] = []
                for (number, row) in rows.enumerated() {
                    let place = memory + 1 + number * 4 * dimension
                    row.withUnsafeBytes { place.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
                    pointers.append(UnsafeRawPointer(place))
                }
                var squared = [Float](repeating: 0, count: 3)
                var dot = [Float](repeating: 0, count: 3)
                kernels.squared_l2(query, pointers, 3, dimension, &squared)
                kernels.dot(query, pointers, 3, dimension, &dot)
                for (number, row) in rows.enumerated() {
                    var exactL2 = 0.0
                    var exactDot = 0.0
                    var size = 1e-3
                    for (a, b) in zip(query, row) {
                        let difference = Double(a) - Double(b)
                        exactL2 += difference * difference
                        exactDot += Double(a) * Double(b)
                        size += abs(Double(a) * Double(b))
                    }
                    #expect(abs(Double(squared[number]) - exactL2) <= 1e-5 * exactL2 + 1e-6)
                    #expect(abs(Double(dot[number]) - exactDot) <= 1e-5 * size)
                }
            }
        }
    }

    private func vector(_ dimension: Int, _ step: Int, _ start: Int) -> [Float] {
        (0..<dimension).map { place in
            let value = Float((place * step + start) % 97)
            return value / 13 - 3
        }
    }
}
