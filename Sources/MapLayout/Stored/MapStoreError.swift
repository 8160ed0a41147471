/// Why bytes are no stored map.
public struct MapStoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of fault it is.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// They don't begin as a stored map does.
        public static let unrecognised = Code(description: "unrecognised")
        /// Another version of annscope, or of what makes its maps, wrote them. No fault: the map is made anew.
        public static let anotherVersion = Code(description: "another version")
        /// The checksum is another one: they were cut short or damaged.
        public static let damaged = Code(description: "damaged")
        /// They end before what a count promises.
        public static let truncated = Code(description: "truncated")
        /// There are bytes after the last column.
        public static let trailingBytes = Code(description: "trailing bytes")
        /// A field holds a value that no map has.
        public static let invalidField = Code(description: "invalid field")
    }

    public let code: Code
    /// The field's name, such as `levels`.
    public let field: String?
    /// Bytes from the start.
    public let offset: Int?
    /// What was found and what is right.
    public let message: String

    init(_ code: Code, field: String? = nil, offset: Int? = nil, _ message: String) {
        self.code = code
        self.field = field
        self.offset = offset
        self.message = message
    }

    public var description: String {
        var text = code.description
        if let field { text += ", \(field)" }
        if let offset { text += " at byte \(offset)" }
        return "\(text): \(message)"
    }
}
