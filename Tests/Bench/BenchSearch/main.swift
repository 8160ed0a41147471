import Foundation
import IndexFiles
import VectorSearch

/// Searches an index file as often as it is told, and prints the processor time a query takes.
///
/// Arguments: the index file, its metric (or "-"), a file of float32 queries, and for Annoy the dimension. Each line of standard input is a JSON
/// object {mode: "traced" | "summary" | "untraced", k, ef?, nprobe?, searchK?}; the answer is a line with microseconds a query, steps a
/// query, the bytes of the searcher's buffers, and all labels.
struct Command: Decodable {
    let mode: String
    let k: Int
    let ef: Int?
    let nprobe: Int?
    let searchK: Int?
}

struct Answer: Encodable {
    var microseconds = 0.0
    var steps = 0.0
    var bytes = 0
    var labels: [[Int64]] = []
}

/// User and system time of the process; everything here runs on one thread.
func processorMicroseconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1_000_000 + Double(time.tv_nsec) / 1000
}

let arguments = CommandLine.arguments
let index = try IndexFile.open(
    path: arguments[1],
    hints: IndexFileHints(
        metric: Metric(rawValue: arguments[2]), dimension: arguments.count > 4 ? Int(arguments[4]) : nil))
let numbers = try Data(contentsOf: URL(filePath: arguments[3])).withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
let queries = stride(from: 0, to: numbers.count, by: index.dimension).map { Array(numbers[$0..<$0 + index.dimension]) }
let searcher = Searcher()
let buffer = TraceBuffer(capacity: 1 << 16)

while let line = readLine() {
    let command = try JSONDecoder().decode(Command.self, from: Data(line.utf8))
    let parameters = SearchParameters(
        k: command.k, efSearch: command.ef, nprobe: command.nprobe, searchK: command.searchK)
    var answer = Answer()
    var steps = 0
    answer.labels.reserveCapacity(queries.count)
    var outcomes: [SearchOutcome] = []
    outcomes.reserveCapacity(queries.count)
    let begin = processorMicroseconds()
    for query in queries {
        if command.mode == "untraced" {
            var tracer = NoTrace()
            outcomes.append(try searcher.search(index, query: query, parameters: parameters, tracer: &tracer))
        } else {
            var tracer = TraceRecorder(detail: command.mode == "summary" ? .summary : .full, buffer: buffer)
            outcomes.append(try searcher.search(index, query: query, parameters: parameters, tracer: &tracer))
            steps += tracer.stepCount
        }
    }
    answer.microseconds = (processorMicroseconds() - begin) / Double(queries.count)
    answer.steps = Double(steps) / Double(queries.count)
    answer.bytes = searcher.byteCount
    answer.labels = outcomes.map { $0.hits.map { Int64($0.label) } }
    FileHandle.standardOutput.write(try JSONEncoder().encode(answer) + Data("\n".utf8))
}
