internal import CVectorKernels

/// A query in the terms of `VectorCodes`: signed bytes, and finer ones for what these leave out.
///
/// All codes are multiplied with the coarse bytes, and those of the vectors that are left with the fine ones, which make
/// the query's share of the bound vanish.
final class CodedQuery {
    /// What the bytes up to a level stand for.
    private struct Level {
        let bytes: UnsafeMutablePointer<Int8>
        /// 128 times the sum of the bytes.
        var bias: Int32 = 0
        /// Squared length of what they stand for, rounded down.
        var squaredNorm: Float = 0
        /// Distance from that to the query, rounded up.
        var error = 0.0

        init(rowBytes: Int) {
            bytes = .allocate(capacity: rowBytes)
            bytes.initialize(repeating: 0, count: rowBytes)
        }
    }

    /// Fine steps in a coarse one: half a coarse step is then at most 127 fine ones.
    private static let fineSteps = 254.0

    private let levels: [Level]
    private let scale: Float
    /// Length of the query for products, rounded up.
    private let length: Float
    /// Its product with the centre, and more than what that is rounded by.
    private let centreProduct: (value: Double, slack: Double)
    private let measure: ExactMeasure
    private let codes: VectorCodes
    private let kernel: annscope_code_kernel

    init(_ query: [Float], _ codes: VectorCodes, _ measure: ExactMeasure, kernel: annscope_code_kernel) {
        self.codes = codes
        self.measure = measure
        self.kernel = kernel
        var components = query.map(Double.init)
        if case .squaredL2 = measure {
            for place in components.indices { components[place] -= Double(codes.centre[place]) }
        } else if measure.isOfDirections {
            let length = Self.dot(components, components).squareRoot()
            if length > 0 { for place in components.indices { components[place] /= length } }
        }
        let centre = codes.centre.map(Double.init)
        let squaredLength = Self.dot(components, components)
        length = Self.up(squaredLength.squareRoot())
        centreProduct = (
            Self.dot(components, centre), 1e-10 * (squaredLength * Self.dot(centre, centre)).squareRoot()
        )
        let largest = components.reduce(0) { max($0, abs($1)) }
        // As with vectors, the products of smaller scales could be too small for a float.
        scale = largest > 1e-15 ? Float(largest / 127) : 0
        levels = Self.levels(components, scale: Double(scale), rowBytes: codes.rowBytes)
    }

    deinit { for level in levels { level.bytes.deallocate() } }

    private static func levels(_ query: [Double], scale: Double, rowBytes: Int) -> [Level] {
        var coded = [Double](repeating: 0, count: query.count)
        return [1, 1 / fineSteps].map { share in
            var level = Level(rowBytes: rowBytes)
            var (sum, squares, error) = (0, 0.0, 0.0)
            let step = scale * share
            for (place, component) in query.enumerated() {
                let value = step > 0 ? max(-127, min(127, ((component - coded[place]) / step).rounded())) : 0
                level.bytes[place] = Int8(value)
                sum += Int(value)
                coded[place] += step * value
                squares += coded[place] * coded[place]
                error += (component - coded[place]) * (component - coded[place])
            }
            level.bias = Int32(128 * sum)
            level.squaredNorm = Float(squares) * (1 - 0x1p-19)
            level.error = error.squareRoot() * (1 + 0x1p-30)
            return level
        }
    }

    private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

    private static func up(_ value: Double) -> Float { Float(value * (1 + 0x1p-20)) }

    /// Writes the places, from `first` on, of those of `count` vectors that may have a key of at most `bound`.
    ///
    /// - Parameters:
    ///   - dots: room for `count` numbers.
    ///   - places: room for `count` numbers.
    /// - Returns: how many they are.
    func survivors(
        _ first: Int, _ count: Int, bound: Float, dots: UnsafeMutablePointer<Float>,
        places: UnsafeMutablePointer<UInt32>
    ) -> Int {
        multiply(levels[0], first, count, dots)
        let near = select(levels[0], first, count, bound, dots, places)
        var kept = 0
        for place in 0..<near {
            let row = Int(places[place])
            var (fine, isKept): (Float, UInt32) = (0, 0)
            multiply(levels[1], first + row, 1, &fine)
            var dot = dots[row] + fine / Float(Self.fineSteps)
            places[kept] = UInt32(row)
            kept += select(levels[1], first + row, 1, bound, &dot, &isKept)
        }
        return kept
    }

    private func multiply(_ level: Level, _ first: Int, _ count: Int, _ dots: UnsafeMutablePointer<Float>) {
        kernel.dots(level.bytes, level.bias, codes.codes + first * codes.rowBytes, codes.rowBytes, count, dots)
    }

    private func select(
        _ level: Level, _ first: Int, _ count: Int, _ bound: Float, _ dots: UnsafePointer<Float>,
        _ places: UnsafeMutablePointer<UInt32>
    ) -> Int {
        let columns = annscope_code_columns(
            scales: codes.scales + first, norms: codes.norms + first, errors: codes.errors + first)
        if case .squaredL2 = measure {
            // The triangle inequality: a vector at the distance d has a code at d − its error − the query's at least.
            let rounding = 1 + Double(VectorCodes.rounding(dimension: codes.centre.count))
            let distance = (Double(bound) * rounding).squareRoot() + 1e-18 * Double(codes.centre.count).squareRoot()
            return annscope_rows_within(
                columns, dots, count, scale, level.squaredNorm, Self.up(distance + level.error), places)
        }
        // xq − x̂q̂ = (x − x̂)q + x̂(q − q̂), each at most the product of two lengths.
        let least = measure.leastProduct(bound) - centreProduct.value - centreProduct.slack
        let rounding = 0x1p-19 * Double(level.squaredNorm).squareRoot()
        return annscope_rows_beyond(
            columns, dots, count, scale, length, Self.up(level.error + rounding),
            Float(least - abs(least) * 0x1p-22), places)
    }
}
