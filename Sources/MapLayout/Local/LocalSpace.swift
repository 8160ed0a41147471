internal import CVectorKernels
internal import IndexFiles

/// The candidates of one search in a space whose straight distances keep the order of the index's metric.
struct LocalSpace {
    let count: Int
    private let dimension: Int
    /// Rows one after the other; empty where the index stores no vectors.
    private var values: [Float]
    /// For each candidate its distance from the query in this space, in the order of the measured distances.
    private(set) var reach: [Float]

    var hasVectors: Bool { !values.isEmpty }

    /// - Parameters:
    ///   - nodes: below `index.count`.
    ///   - distances: what the search measured, one a node, finite.
    ///   - query: as the index within all transforms was asked.
    init(index: IndexFile, nodes: [UInt32], distances: [Float], query: [Float], largerIsNearer: Bool) {
        count = nodes.count
        let form = DistanceForm(index.metric, largerIsNearer: largerIsNearer)
        guard let vectors = index.vectors, vectors.dimension > 0, !nodes.isEmpty else {
            dimension = 0
            values = []
            reach = Self.lifted(distances.map(form.length), from: form.startsAtZero)
            return
        }
        let rows = VectorRows(vectors, count: nodes.count, dimension: vectors.dimension) { nodes[$0] }
        switch index.metric {
        case .innerProduct, .dot:
            dimension = rows.dimension + 1
            let products = largerIsNearer ? distances : distances.map { 1 - $0 }
            (values, reach) = Self.onSphere(rows, products: products, query)
        case .cosine, .angular:
            dimension = rows.dimension
            values = rows.values
            reach = distances.map { max(form.length($0), 0) }
            normalise()
        case .l2, .nanEuclidean, .hamming, .euclidean:
            dimension = rows.dimension
            values = rows.values
            reach = Self.lifted(distances.map(form.length), from: true)
        default:
            dimension = rows.dimension
            values = rows.values
            reach = Self.lifted(distances.map(form.length), from: form.startsAtZero)
            if query.count == dimension { reach = ranked(reach, VectorRows(query)) }
        }
    }

    /// Makes lengths of what is none: the least becomes 0 where it need not stand for 0.
    private static func lifted(_ lengths: [Float], from startsAtZero: Bool) -> [Float] {
        let least = lengths.min() ?? 0
        let floor = startsAtZero ? min(least, 0) : least
        return lengths.map { $0 - floor }
    }

    private mutating func normalise() {
        for row in 0..<count {
            let range = row * dimension..<(row + 1) * dimension
            let squares = values[range].reduce(0) { $0 + Double($1) * Double($1) }
            guard squares > 0 else { continue }
            // The inverse of a tiny length is no Float.
            let length = squares.squareRoot()
            for place in range { values[place] = Float(Double(values[place]) / length) }
        }
    }

    /// Vectors of any length on a sphere, by one more component, so that a larger product with the query is a smaller
    /// distance (Bachrach et al. 2014, "Speeding up the Xbox recommender system using a Euclidean transformation for
    /// inner-product spaces"). The query is stretched to the same length, which changes no order.
    private static func onSphere(
        _ rows: VectorRows, products: [Float], _ query: [Float]
    ) -> (values: [Float], reach: [Float]) {
        let dimension = rows.dimension
        var values: [Float] = []
        values.reserveCapacity(rows.count * (dimension + 1))
        let squares = (0..<rows.count).map { row in
            rows.values[row * dimension..<(row + 1) * dimension].reduce(0) { $0 + Double($1) * Double($1) }
        }
        let most = squares.max() ?? 0
        for row in 0..<rows.count {
            values += rows.values[row * dimension..<(row + 1) * dimension]
            values.append(Float((most - squares[row]).squareRoot()))
        }
        let length = query.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
        let stretch = length > 0 && length.isFinite ? most.squareRoot() / length : 0
        let squared = products.map { 2 * (most - stretch * Double($0)) }
        // Products of coded vectors can be larger than those of what their codes stand for.
        let floor = min(0, squared.min() ?? 0)
        return (values, squared.map { Float(($0 - floor).squareRoot()) })
    }

    /// The straight distances from the query, given to the candidates in the order of their measured ones.
    private func ranked(_ measured: [Float], _ query: VectorRows) -> [Float] {
        let squared = withRows { rows, dimension, kernel in
            var squared = [Float](repeating: 0, count: count)
            kernel(query.values, rows, count, dimension, &squared)
            return squared
        }
        let straight = squared.map { $0.squareRoot() }.sorted()
        let order = measured.indices.sorted { (measured[$0], $0) < (measured[$1], $1) }
        var reach = measured
        for (rank, candidate) in order.enumerated() {
            // What was measured alike stays alike.
            let isTie = rank > 0 && measured[order[rank - 1]] == measured[candidate]
            reach[candidate] = isTie ? reach[order[rank - 1]] : straight[rank]
        }
        return reach
    }

    /// Calls with the address of each row and the kernel for squared distances between them.
    func withRows<Result>(
        _ body: (_ rows: [UnsafeRawPointer], _ dimension: Int, _ kernel: annscope_rows_kernel) -> Result
    ) -> Result {
        values.withUnsafeBytes { bytes in
            let rows = bytes.baseAddress.map { base in (0..<count).map { base + $0 * dimension * 4 } } ?? []
            return body(rows, dimension, annscope_best_kernels().squared_l2)
        }
    }
}
