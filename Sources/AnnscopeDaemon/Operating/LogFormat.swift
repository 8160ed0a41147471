internal import Glibc
internal import Logging

/// How a line of the log is written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// `<5>index loaded index=photos`: journald takes the priority off, and adds the time itself (sd-daemon(3)).
    case journald
    /// One object a line.
    case json
    /// With the time in front, for people.
    case text

    /// Bytes of a line without its end; what is beyond is cut, value by value.
    static let maxLineBytes = 8192
    private static let maxValueBytes = 2000

    /// journald's where standard error goes there, else text.
    static func fitting(_ environment: (String) -> String?) -> LogFormat {
        // DEVICE:INODE of the stream that systemd connected (systemd.exec(5)); standard error may lead elsewhere.
        guard let stream = environment("JOURNAL_STREAM") else { return .text }
        var status = stat()
        guard fstat(2, &status) == 0, stream == "\(status.st_dev):\(status.st_ino)" else { return .text }
        return .journald
    }

    /// The line of a message, without its end.
    func line(_ level: Logger.Level, _ message: String, _ facts: [(name: String, value: String)], time: String)
        -> String
    {
        var line: String
        switch self {
        case .journald: line = "<\(Self.priority(of: level))>" + LogText.plain(message, max: Self.maxValueBytes)
        case .text: line = "\(time) \(level.rawValue): " + LogText.plain(message, max: Self.maxValueBytes)
        case .json:
            line =
                "{\"time\":\"\(time)\",\"level\":\"\(level.rawValue)\",\"message\":"
                + LogText.json(message, max: Self.maxValueBytes)
        }
        for (name, value) in facts {
            let fact =
                self == .json
                ? "," + LogText.json(name, max: 100) + ":" + LogText.json(value, max: Self.maxValueBytes)
                : " " + LogText.plain(name, max: 100) + "=" + LogText.value(value, max: Self.maxValueBytes)
            guard line.utf8.count + fact.utf8.count <= Self.maxLineBytes - 20 else {
                line += self == .json ? ",\"cut\":\"true\"" : " cut=true"
                break
            }
            line += fact
        }
        return self == .json ? line + "}" : line
    }

    /// syslog's number of a level (RFC 5424 §6.2.1).
    private static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
