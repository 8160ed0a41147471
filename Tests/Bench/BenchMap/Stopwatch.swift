internal import Foundation

/// Measures from the moment it is made.
struct Stopwatch {
    /// What passed until then: milliseconds, those of the processor for all threads together, and the most memory that
    /// the process ever had in RAM.
    struct Time: Encodable {
        let wall: Double
        let processor: Double
        let peakBytes: Int
    }

    private let wall = milliseconds(CLOCK_MONOTONIC)
    private let processor = milliseconds(CLOCK_PROCESS_CPUTIME_ID)

    var time: Time {
        Time(
            wall: Self.milliseconds(CLOCK_MONOTONIC) - wall,
            processor: Self.milliseconds(CLOCK_PROCESS_CPUTIME_ID) - processor, peakBytes: Self.peakBytes)
    }

    /// The kernel's high-water mark; what `getrusage` says includes the process that started this one.
    private static var peakBytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.split(whereSeparator: \.isWhitespace)[1]) }.map { $0 << 10 } ?? 0
    }

    private static func milliseconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }
}
