/// What an option is set to.
enum ConfigurationValue: Sendable, Equatable {
    /// What depends on the machine, or is to be found.
    case automatic
    case text(String)
    case list([String])
    /// Also of bytes.
    case number(Int)
    case duration(Duration)
    case boolean(Bool)
}

/// Why a value can't be taken, without its place.
struct ConfigurationComplaint: Error, Equatable {
    let message: String

    init(_ message: String) { self.message = message }
}

/// Numbers of bytes as people write them: `4096`, `500M`, `8G`; K, M, G and T are powers of 1024.
public enum ByteText {
    private static let units: [(name: Character, shift: Int)] = [("T", 40), ("G", 30), ("M", 20), ("K", 10)]

    /// - Returns: nil for what is no such number.
    public static func bytes(_ text: String) -> Int? {
        let unit = text.last.flatMap { last in units.first { $0.name == Character(last.uppercased()) } }
        let digits = unit == nil ? text[...] : text.dropLast()
        guard !digits.isEmpty, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits) else {
            return nil
        }
        let shift = unit?.shift ?? 0
        return number <= Int.max >> shift ? number << shift : nil
    }

    public static func text(_ bytes: Int) -> String {
        for (name, shift) in units where bytes != 0 && bytes & (1 << shift - 1) == 0 {
            return "\(bytes >> shift)\(name)"
        }
        return "\(bytes)"
    }
}

/// Spans of time as people write them: `250ms`, `10s`, `5m`, `1h`.
enum DurationText {
    private static let units: [(name: String, milliseconds: Int)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]

    static func duration(_ text: String) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), let unit = units.first(where: { $0.name == text.dropFirst(digits.count) }),
            number <= Int.max / unit.milliseconds
        else { return nil }
        return .milliseconds(number * unit.milliseconds)
    }

    static func text(_ duration: Duration) -> String {
        let milliseconds = duration.milliseconds
        let unit = units.first { milliseconds != 0 && milliseconds % $0.milliseconds == 0 } ?? ("s", 1000)
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}

extension Duration {
    /// Whole milliseconds, at most those of 292 million years.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        let (product, isTooLong) = Int(seconds).multipliedReportingOverflow(by: 1000)
        return isTooLong ? .max : product + Int(attoseconds / 1_000_000_000_000_000)
    }
}
