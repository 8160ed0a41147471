internal import CVectorKernels

/// A query in the terms of `VectorCodes`: what its signed bytes stand for is at most `error` off.
final class CodedQuery {
    private let bytes: UnsafeMutablePointer<Int8>
    private let bias: Int32
    private let scale: Float
    /// Of what the bytes stand for, rounded down.
    private let squaredNorm: Float
    private let error: Double
    /// Length of the query for products.
    private let length: Double
    /// Its product with the centre.
    private let centreProduct: Double
    /// More than what `centreProduct` is rounded by.
    private let centreSlack: Double
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
            let length = components.reduce(0) { $0 + $1 * $1 }.squareRoot()
            if length > 0 { for place in components.indices { components[place] /= length } }
        }
        let largest = components.reduce(0) { max($0, abs($1)) }
        let scale = largest > 1e-15 ? Float(largest / 127) : 0
        bytes = .allocate(capacity: codes.rowBytes)
        bytes.initialize(repeating: 0, count: codes.rowBytes)
        var (sum, squares) = (0, 0)
        var (error, length, product, centreLength) = (0.0, 0.0, 0.0, 0.0)
        for (place, component) in components.enumerated() {
            let value = scale > 0 ? Int(max(-127, min(127, (component / Double(scale)).rounded()))) : 0
            bytes[place] = Int8(value)
            sum += value
            squares += value * value
            let rest = component - Double(scale) * Double(value)
            error += rest * rest
            length += component * component
            product += component * Double(codes.centre[place])
            centreLength += Double(codes.centre[place]) * Double(codes.centre[place])
        }
        bias = Int32(128 * sum)
        self.scale = scale
        squaredNorm = Float(Double(scale) * Double(scale) * Double(squares)) * (1 - 0x1p-19)
        self.error = error.squareRoot() * (1 + 0x1p-30)
        self.length = length.squareRoot() * (1 + 0x1p-30)
        centreProduct = product
        centreSlack = 1e-10 * (length * centreLength).squareRoot()
    }

    deinit { bytes.deallocate() }

    /// Writes the places, from `first` on, of those of `count` vectors that may have a key of at most `bound`.
    ///
    /// - Parameters:
    ///   - dots: room for `count` numbers.
    ///   - places: room for `count` numbers.
    /// - Returns: how many they are.
    func survivors(
        _ first: Int, _ count: Int, bound: Float, dots: UnsafeMutablePointer<Int32>,
        places: UnsafeMutablePointer<UInt32>
    ) -> Int {
        kernel.dots(bytes, bias, codes.codes + first * codes.rowBytes, codes.rowBytes, count, dots)
        let columns = annscope_code_columns(
            scales: codes.scales + first, norms: codes.norms + first, errors: codes.errors + first)
        let dimension = codes.centre.count
        if case .squaredL2 = measure {
            // The triangle inequality: a vector at the distance d has a code at d − its error − the query's at least.
            let rounding = 1 + Double(VectorCodes.rounding(dimension: dimension))
            let distance = (Double(bound) * rounding).squareRoot() + 1e-18 * Double(dimension).squareRoot()
            return annscope_rows_within(
                columns, dots, count, scale, squaredNorm, Self.up(distance + error), places)
        }
        // xq − x̂q̂ = (x − x̂)q + x̂(q − q̂), each at most the product of two lengths.
        let least = measure.leastProduct(bound) - centreProduct - centreSlack
        let coded = Double(squaredNorm).squareRoot()
        return annscope_rows_beyond(
            columns, dots, count, scale, Self.up(length), Self.up(error + 0x1p-19 * coded),
            Float(least - abs(least) * 0x1p-22), places)
    }

    private static func up(_ value: Double) -> Float { Float(value * (1 + 0x1p-20)) }
}
