/// Why a file could not be opened as an index: what, where, and what was found there.
public struct IndexFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of fault it is.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// The file could not be opened or read.
        public static let unreadable = Code(description: "unreadable")
        /// The file ends before what its header promises.
        public static let truncated = Code(description: "truncated")
        /// There are bytes after the end of the index.
        public static let trailingBytes = Code(description: "trailing bytes")
        /// A field holds a value that no sound file has.
        public static let invalidField = Code(description: "invalid field")
        /// It is an index, of a kind that this version does not read.
        public static let unsupported = Code(description: "unsupported")
        /// It is no index that we know.
        public static let unrecognised = Code(description: "unrecognised")
        /// The file was written to while it was read.
        public static let changedWhileReading = Code(description: "changed while reading")
    }

    public let code: Code
    /// The file's path as it was given.
    public let path: String
    /// Bytes from the start of the file to the field in question.
    public let offset: Int?
    /// The field's name as `formats` spell it, such as `max_level`, `node 5`, `codes`.
    public let field: String?
    /// What was found, what is allowed, and what to do about it.
    public let message: String

    public init(code: Code, path: String, offset: Int? = nil, field: String? = nil, message: String) {
        self.code = code
        self.path = path
        self.offset = offset
        self.field = field
        self.message = message
    }

    public var description: String {
        var text = "\(path): \(code)"
        if let field { text += ", \(field)" }
        if let offset { text += " at byte \(offset)" }
        return text + ": " + message
    }
}

/// Something odd in a file that opens all the same.
public struct IndexFileWarning: Sendable, Equatable {
    public let field: String
    public let offset: Int?
    public let message: String

    public init(field: String, offset: Int? = nil, message: String) {
        self.field = field
        self.offset = offset
        self.message = message
    }
}
