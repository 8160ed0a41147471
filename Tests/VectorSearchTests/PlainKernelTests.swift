import CVectorKernels
import Foundation
import Testing

@Suite("Kernels of Faiss's other metrics")
struct PlainKernelTests {
    struct Metric: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let name: annscope_plain_metric
        /// Whether the metric means something for negative components, and for components that are no numbers.
        var takesNegatives = true
        var takesGaps = false
        let exact: @Sendable ([(a: Double, b: Double)]) -> Double
    }

    private static func sum(_ pairs: [(a: Double, b: Double)], _ part: (Double, Double) -> Double) -> Double {
        pairs.reduce(0) { $0 + part($1.a, $1.b) }
    }

    private static func present(_ pairs: [(a: Double, b: Double)]) -> [(a: Double, b: Double)] {
        pairs.filter { !$0.a.isNaN && !$0.b.isNaN }
    }

    static let metrics = [
        Metric(testDescription: "l1", name: annscope_l1) { sum($0) { abs($0 - $1) } },
        Metric(testDescription: "linf", name: annscope_linf) { $0.map { abs($0.a - $0.b) }.max() ?? 0 },
        Metric(testDescription: "lp", name: annscope_lp) { sum($0) { pow(abs($0 - $1), 2.5) } },
        Metric(testDescription: "canberra", name: annscope_canberra) {
            sum($0) { abs($0 - $1) / (abs($0) + abs($1)) }
        },
        Metric(testDescription: "bray-curtis", name: annscope_bray_curtis) {
            sum($0) { abs($0 - $1) } / sum($0) { abs($0 + $1) }
        },
        Metric(testDescription: "jensen-shannon", name: annscope_jensen_shannon, takesNegatives: false) {
            sum($0) { $0 * log(2 * $0 / ($0 + $1)) + $1 * log(2 * $1 / ($0 + $1)) } / 2
        },
        Metric(testDescription: "jaccard", name: annscope_jaccard, takesNegatives: false) {
            sum($0) { min($0, $1) } / sum($0) { max($0, $1) }
        },
        Metric(testDescription: "nan-euclidean", name: annscope_nan_euclidean, takesGaps: true) { pairs in
            let present = present(pairs)
            return Double(pairs.count) / Double(present.count) * sum(present) { ($0 - $1) * ($0 - $1) }
        },
        Metric(testDescription: "gower", name: annscope_gower, takesNegatives: false, takesGaps: true) { pairs in
            let present = present(pairs)
            return sum(present) { abs($0 - $1) } / Double(present.count)
        },
    ]

    @Test("each is its definition in double precision, in any dimension, up to the last byte", arguments: metrics)
    func againstDouble(metric: Metric) {
        let memory = FencedRows(mostBytes: 5 * 4 * 260)
        let kernel = annscope_plain_kernel(metric.name)
        var numbers = SeededNumbers(seed: 3)
        func components(_ dimension: Int) -> [Float] {
            numbers.vector(dimension).map { number in
                if metric.takesGaps && number > 0.8 { return .nan }
                return metric.takesNegatives ? number : abs(number)
            }
        }
        for dimension in 1...260 {
            let query = components(dimension)
            let stored = (0..<5).map { _ in components(dimension) }
            let places = memory.rows(5, bytes: 4 * dimension)
            for (place, row) in zip(places, stored) {
                row.withUnsafeBytes { place.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
            }
            let values = run(kernel, places.map { UnsafeRawPointer($0) }, query, argument: 2.5)
            for (value, row) in zip(values, stored) {
                let exact = metric.exact(zip(query, row).map { (Double($0), Double($1)) })
                // Jensen-Shannon's logarithms cancel: its terms are rounded at the size of the components.
                let close = abs(Double(value) - exact) <= 4e-6 * abs(exact) + 1e-7 * Double(dimension)
                #expect(close || value.isNaN && exact.isNaN, "dimension \(dimension)")
            }
            // And what inner products use: 1 − the sum.
            let turned = run(kernel, places.map { UnsafeRawPointer($0) }, query, argument: 2.5, offset: 1, factor: -1)
            for (value, turned) in zip(values, turned) where !value.isNaN { #expect(turned == 1 - value) }
        }
    }

    /// What faiss 1.15.1's `pairwise_distances` returned for these pairs.
    @Test(
        "odd components count as they do in Faiss",
        arguments: [
            (annscope_gower.rawValue, [0.1, -2], [0.3, -2], 0.1),
            (annscope_gower.rawValue, [0.1, -2], [0.3, -3], 0.6),
            (annscope_gower.rawValue, [0.1, -2.5], [0.3, -2.2], 0.6),
            (annscope_gower.rawValue, [0.1, -2], [0.3, 0.5], .nan),
            (annscope_gower.rawValue, [5, 0.5], [5.3, 0.6], .nan),
            (annscope_gower.rawValue, [.nan, 0.5], [0.3, 0.6], 0.1),
            (annscope_gower.rawValue, [.nan, .nan], [0.3, 0.6], .nan),
            (annscope_gower.rawValue, [-0.0, 0.5], [0.3, 0.6], 0.2),
            (annscope_jaccard.rawValue, [1, 2, 3], [2, 2, 1], 0.5714286),
            (annscope_jaccard.rawValue, [1, .nan, 3], [2, 2, 1], 0.5714286),
            (annscope_jensen_shannon.rawValue, [0.1, 0.2, 0.7], [0.2, 0.2, 0.6], 0.010419961),
            (annscope_jensen_shannon.rawValue, [0, 0.2, 0.7], [0.2, 0.2, 0.6], .nan),
            (annscope_canberra.rawValue, [0.1, 0.2, 0], [0.2, 0.2, 0], .nan),
            (annscope_bray_curtis.rawValue, [0.1, 0.2, -1], [0.2, 0.2, 0.5], 1.3333333),
            (annscope_linf.rawValue, [0.1, .nan, -1], [0.2, 0.2, 0.5], 1.5),
            (annscope_linf.rawValue, [.nan, .nan], [0.2, 0.2], 0),
            (annscope_l1.rawValue, [0.1, .nan, -1], [0.2, 0.2, 0.5], .nan),
            (annscope_nan_euclidean.rawValue, [0.1, .nan, -1], [0.2, 0.2, 0.5], 3.39),
            (annscope_nan_euclidean.rawValue, [.nan, .nan], [1, 1], .nan),
        ] as [(UInt32, [Float], [Float], Float)])
    func oddComponents(metric: UInt32, query: [Float], row: [Float], wanted: Float) {
        let value = row.withUnsafeBytes {
            run(annscope_plain_kernel(.init(rawValue: metric)), [$0.baseAddress!], query)[0]
        }
        #expect(abs(value - wanted) <= 2e-6 * abs(wanted) || value.isNaN && wanted.isNaN)
    }
}
