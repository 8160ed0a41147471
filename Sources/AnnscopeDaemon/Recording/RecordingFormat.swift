internal import OrderedCollections
public import WireProtocol

/// The lines of a recording, each a JSON object:
///
/// - `{"annscope":"recording","version":2,"at":…,"file":…,"pictures":…,"hello":{…}}` is the first of each file, and comes again when the
///   daemon was connected to again: `hello` is what it answered to `initialize`.
/// - `{"at":…,"message":{…}}`: a `stream.events` or `stream.gap`, as it came.
/// - `{"at":…,"gap":{"stream"?,"reason"}}`: something is missing here that the daemon did not send.
/// - `{"at":…,"items":{"index","revision","items":[…]}}`: what some vectors are, as the daemon answered to `index.items`. An
///   item comes again with its `picture`, the file in base64, when that is there.
///
/// `at` is the time of arrival in milliseconds since 1970.
public enum RecordingFormat {
    /// The newest. Version 1 had no items.
    public static let version = 2
    /// Longer lines are refused unread: no message is that long.
    public static let maxLineBytes = 96 << 20

    /// A line.
    public enum Line: Sendable, Equatable {
        case hello(JSONValue, RecordingContents)
        case events(StreamBatch)
        /// `stream` nil: of all.
        case gap(stream: String?, reason: String)
        case items(RecordedItems)
    }

    public static func hello(_ hello: JSONValue, _ contents: RecordingContents, file: Int, at: Int) -> [UInt8] {
        JSONValue.object([
            "annscope": "recording", "version": contents.contains(.items) ? 2 : 1, "at": .integer(Int64(at)),
            "file": .integer(Int64(file)), "pictures": .bool(contents.contains(.pictures)), "hello": hello,
        ]).encoded()
    }

    /// - Parameter message: is put in as it came.
    public static func message(_ message: [UInt8], at: Int) -> [UInt8] {
        Array("{\"at\":\(at),\"message\":".utf8) + message + [UInt8(ascii: "}")]
    }

    public static func gap(stream: String?, reason: String, at: Int) -> [UInt8] {
        var gap: JSONObject = [:]
        gap["stream"] = stream.map { .string($0) }
        gap["reason"] = .string(reason)
        return JSONValue.object(["at": .integer(Int64(at)), "gap": .object(gap)]).encoded()
    }

    public static func items(_ items: RecordedItems, at: Int) -> [UInt8] {
        JSONValue.object(["at": .integer(Int64(at)), "items": items.json]).encoded()
    }

    /// Reads a line.
    ///
    /// - Throws: `RecordingError` that says what is wrong with it.
    public static func line(_ text: [UInt8]) throws(RecordingError) -> (at: Int, line: Line) {
        let json: JSONValue
        do { json = try JSONValue(parsing: text, maxBytes: maxLineBytes) } catch {
            throw RecordingError(message: "it is no JSON: \(error)")
        }
        guard let at = json["at"]?.offset else { throw RecordingError(message: "it has no time \"at\"") }
        if let hello = json["hello"] {
            guard json["annscope"] == .string("recording") else {
                throw RecordingError(message: "it is no line of annscope's recordings")
            }
            guard let version = json["version"]?.offset, (1...Self.version).contains(version) else {
                throw RecordingError(
                    message: "it is of another version than 1 to \(Self.version), which are all that are known here")
            }
            guard case .object = hello else { throw RecordingError(message: "its \"hello\" is no object") }
            var contents: RecordingContents = version > 1 ? .items : []
            if json["pictures"] == .bool(true) { contents.insert(.pictures) }
            return (at, .hello(hello, contents))
        }
        if let gap = json["gap"] {
            guard case .string(let reason)? = gap["reason"] else {
                throw RecordingError(message: "its gap has no reason")
            }
            if case .string(let stream)? = gap["stream"] { return (at, .gap(stream: stream, reason: reason)) }
            return (at, .gap(stream: nil, reason: reason))
        }
        if let items = json["items"] { return (at, .items(try RecordedItems(recorded: items))) }
        guard let message = json["message"], let params = message["params"] else {
            throw RecordingError(message: "it has neither a hello, nor a message, nor a gap, nor items")
        }
        switch message["method"] {
        case .string("stream.events")?:
            guard let batch = StreamBatch(params) else {
                throw RecordingError(message: "its events have no stream or no place")
            }
            return (at, .events(batch))
        case .string("stream.gap")?:
            guard case .string(let stream)? = params["stream"] else {
                throw RecordingError(message: "its gap has no stream")
            }
            var words = "the recording's connection was too slow"
            if case .string(let reason)? = params["reason"] { words = reason }
            return (at, .gap(stream: stream, reason: words))
        default: throw RecordingError(message: "its message is neither of events nor of a gap")
        }
    }
}

/// What a recording may hold beside maps, searches and steps.
public struct RecordingContents: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// What the vectors of its searches are.
    public static let items = RecordingContents(rawValue: 1)
    /// And their pictures.
    public static let pictures = RecordingContents(rawValue: 2)
}

/// What is wrong with a recording, or why it can't be written.
public struct RecordingError: Error, Sendable, Equatable, CustomStringConvertible {
    public let message: String
    public var description: String { message }

    public init(message: String) { self.message = message }
}

extension StreamEvent {
    /// An event as it was recorded: members that are `{"dtype","data"}` are columns.
    ///
    /// - Throws: `RecordingError` for one without a type, or with a column that can't be read.
    init(recorded json: JSONValue) throws(RecordingError) {
        guard case .object(var members) = json, case .string(let type)? = members.removeValue(forKey: "type") else {
            throw RecordingError(message: "one of its events has no type")
        }
        var key: String?
        if case .string(let text)? = members.removeValue(forKey: "key") { key = text }
        var columns: [NamedColumn] = []
        for (name, member) in members {
            guard case .string(let type)? = member["dtype"], case .string(let data)? = member["data"] else { continue }
            guard let column = Column(dtype: type, base64: data) else {
                throw RecordingError(message: "column \"\(name.prefix(100))\" of a \(type.prefix(100)) can't be read")
            }
            columns.append(NamedColumn(name: name, column: column))
        }
        for column in columns { members[column.name] = nil }
        self.init(type, key: key, members, columns: columns)
    }
}
