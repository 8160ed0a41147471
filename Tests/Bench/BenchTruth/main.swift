import Foundation
import IndexFiles
import VectorSearch

/// Finds the exact neighbours of queries, by codes and by floats, and prints what each took of processor time as JSON.
///
/// Arguments: the index file, a file of float32 queries, k, and the metric where the index file does not say it.
struct Rounds {
    let index: IndexFile
    let queries: [[Float]]
    let k: Int
    private(set) var coded: [Double] = []
    private(set) var floats: [Double] = []
    private(set) var preparation: [Double] = []
    private(set) var codeBytes = 0
    private(set) var labels: [[String]] = []

    init(_ arguments: [String]) throws {
        let hints = IndexFileHints(metric: arguments.count > 4 ? Metric(rawValue: arguments[4]) : nil)
        index = try IndexFile.openMapped(path: arguments[1], hints: hints)
        let numbers = try Data(contentsOf: URL(filePath: arguments[2])).withUnsafeBytes {
            Array($0.bindMemory(to: Float.self))
        }
        let dimension = index.dimension
        queries = stride(from: 0, to: numbers.count, by: dimension).map { Array(numbers[$0..<($0 + dimension)]) }
        k = Int(arguments[3]) ?? 10
    }

    mutating func run() throws {
        var exact: ExactNeighbours?
        // The first round pays for memory that the machine has not handed out before.
        for _ in 0..<3 {
            exact = nil
            let begin = Self.processorMilliseconds
            exact = try ExactNeighbours.prepare(index)
            preparation.append(Self.processorMilliseconds - begin)
        }
        guard let exact else { return }
        codeBytes = exact.codeBytes
        for query in queries {
            var begin = Self.processorMilliseconds
            let found = try exact.nearest(to: query, k: k)
            coded.append(Self.processorMilliseconds - begin)

            begin = Self.processorMilliseconds
            let compared = try exact.nearestByFloatScan(to: query, k: k)
            floats.append(Self.processorMilliseconds - begin)
            precondition(found == compared, "codes and floats find different neighbours")
            labels.append((found ?? []).map { "\($0.label)" })
        }
    }

    /// User and system time of the process; everything here runs on one thread.
    private static var processorMilliseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }
}

var rounds = try Rounds(CommandLine.arguments)
try rounds.run()
let report: [String: Any] = [
    "coded": rounds.coded, "floats": rounds.floats, "preparation": rounds.preparation, "codeBytes": rounds.codeBytes,
    "labels": rounds.labels,
]
print(String(decoding: try JSONSerialization.data(withJSONObject: report, options: [.sortedKeys]), as: UTF8.self))
