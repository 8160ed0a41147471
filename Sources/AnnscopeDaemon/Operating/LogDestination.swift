internal import Foundation
public import Logging
internal import Synchronization

/// Where all loggers of the process write: standard error, in one format, from one level on. Both can change meanwhile.
///
/// Where nobody reads, lines are lost, and told of once somebody does.
public final class LogDestination: Sendable {
    private let settings: Mutex<(level: Logger.Level, format: LogFormat)>
    /// One line after the other, whatever thread it is of.
    private let outlet = Mutex(LineOutlet(descriptor: 2))

    public init(_ settings: DaemonConfiguration.LogSettings) {
        self.settings = Mutex((settings.level, settings.format ?? Self.fitting))
    }

    /// Takes other settings from the next message on.
    public func apply(_ new: DaemonConfiguration.LogSettings) {
        settings.withLock { $0 = (new.level, new.format ?? Self.fitting) }
    }

    /// A handler for `Logger`; its level is that of the destination, and setting it does nothing.
    public func handler(label: String) -> any LogHandler { Handler(destination: self) }

    private static var fitting: LogFormat { LogFormat.fitting { ProcessInfo.processInfo.environment[$0] } }

    private var level: Logger.Level { settings.withLock { $0.level } }

    private func write(_ level: Logger.Level, _ message: String, _ facts: Logger.Metadata) {
        let format = settings.withLock { $0.format }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let facts = facts.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.description) }
        let stamp = Self.text(of: time)
        let line = format.line(level, message, facts, time: stamp)
        outlet.withLock { outlet in
            outlet.write(line) { lost in
                format.line(.warning, "nobody read the log", [("lostLines", "\(lost)")], time: stamp)
            }
        }
    }

    /// RFC 3339, in UTC, to the millisecond.
    private static func text(of time: timespec) -> String {
        var (seconds, parts) = (time.tv_sec, tm())
        gmtime_r(&seconds, &parts)
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let date = [
            digits(Int(parts.tm_year) + 1900, 4), digits(Int(parts.tm_mon) + 1, 2), digits(Int(parts.tm_mday), 2),
        ]
        let clock = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits(Int($0), 2) }
        return date.joined(separator: "-") + "T" + clock.joined(separator: ":")
            + ".\(digits(Int(time.tv_nsec / 1_000_000), 3))Z"
    }

    private struct Handler: LogHandler {
        let destination: LogDestination
        var metadata: Logger.Metadata = [:]

        var logLevel: Logger.Level {
            get { destination.level }
            set {}
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            destination.write(event.level, "\(event.message)", metadata.merging(event.metadata ?? [:]) { $1 })
        }
    }
}
