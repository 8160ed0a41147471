/// The rule of `If-None-Match` (RFC 9110 §13.1.2).
public enum EntityTag {
    /// True when the header is `*` or lists the tag; `W/` makes no difference.
    ///
    /// - Parameter tag: with its quotes.
    public static func isListed(_ tag: String, in ifNoneMatch: String?) -> Bool {
        guard let ifNoneMatch else { return false }
        if ifNoneMatch == "*" { return true }
        return ifNoneMatch.split(separator: ",").contains { entry in
            var entry = entry.drop { $0 == " " || $0 == "\t" }
            while let last = entry.last, last == " " || last == "\t" { entry = entry.dropLast() }
            return (entry.hasPrefix("W/") ? entry.dropFirst(2) : entry) == tag
        }
    }
}
