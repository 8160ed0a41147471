/// Which part of a file a `Range` header asks for (RFC 9110 §14.1.2).
public enum ByteRange: Sendable, Equatable {
    /// No range, one that we don't read, or several: all is sent.
    case whole
    case part(Range<Int>)
    /// Nothing of it is in the file.
    case unsatisfiable

    /// - Parameter size: of the file, in bytes.
    public init(parsing header: String?, size: Int) {
        guard let header, let equals = header.firstIndex(of: "="), header[..<equals].lowercased() == "bytes",
            case let ends = header[header.index(after: equals)...].split(
                separator: "-", omittingEmptySubsequences: false),
            ends.count == 2, case let first = Self.number(ends[0]), case let last = Self.number(ends[1])
        else {
            self = .whole
            return
        }
        switch (first, last) {
        case (.some(let first), .some(let last)) where first <= last && first < size:
            self = .part(first..<min(size, last + 1))
        case (.some(let first), nil) where ends[1].isEmpty && first < size: self = .part(first..<size)
        case (nil, .some(let length)) where ends[0].isEmpty && length > 0 && size > 0:
            self = .part(max(0, size - length)..<size)
        case (.some(let first), .some(let last)) where first <= last: self = .unsatisfiable
        case (.some, nil) where ends[1].isEmpty: self = .unsatisfiable
        case (nil, .some) where ends[0].isEmpty: self = .unsatisfiable
        default: self = .whole
        }
    }

    /// Numbers of more than 18 digits are no places in any file; they count as the largest.
    private static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text).flatMap { $0 < Int.max / 2 ? $0 : nil } ?? Int.max / 2
    }
}
