import Foundation
import IndexFiles

/// Opens an index file again and again, and prints the processor time of each way as JSON.
///
/// Arguments: the file, the number of rounds, and the metric where the file does not say it.
struct Rounds {
    let path: String
    let hints: IndexFileHints
    private(set) var opened: [Double] = []
    private(set) var settled: [Double] = []
    private(set) var checked: [Double] = []
    private(set) var memory: (mapped: Int, settled: Int, tables: Int) = (0, 0, 0)

    init(path: String, hints: IndexFileHints) {
        self.path = path
        self.hints = hints
    }

    mutating func run() throws {
        var begin = Self.processorMilliseconds
        let mapped = try IndexFile.openMapped(path: path, hints: hints)
        opened.append(Self.processorMilliseconds - begin)
        memory.mapped = mapped.memory.residentBytes

        begin = Self.processorMilliseconds
        let settled = try mapped.settled(hints: hints)
        self.settled.append(Self.processorMilliseconds - begin)
        memory.settled = settled.memory.residentBytes
        memory.tables = settled.memory.tableBytes

        begin = Self.processorMilliseconds
        _ = try mapped.checkedInPlace(hints: hints)
        checked.append(Self.processorMilliseconds - begin)
    }

    /// User and system time of the process; everything here runs on one thread.
    private static var processorMilliseconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }
}

let arguments = CommandLine.arguments
var rounds = Rounds(
    path: arguments[1], hints: IndexFileHints(metric: arguments.count > 3 ? Metric(rawValue: arguments[3]) : nil))
for _ in 0..<(Int(arguments[2]) ?? 5) { try rounds.run() }
let report: [String: Any] = [
    "opened": rounds.opened, "settled": rounds.settled, "checkedInPlace": rounds.checked,
    "residentSettled": rounds.memory.settled, "tables": rounds.memory.tables,
]
print(String(decoding: try JSONSerialization.data(withJSONObject: report, options: [.sortedKeys]), as: UTF8.self))
