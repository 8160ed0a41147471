internal import OrderedCollections

/// The events of the stream `indexes`; each replaces the earlier one of its index.
public enum IndexEvents {
    /// The index is there, for the first time or again.
    public static func loaded(_ summary: IndexSummary) -> StreamEvent {
        StreamEvent("index.loaded", key: summary.name, ["index": .object(summary.members)])
    }

    /// There is a new revision, or something about this one is new.
    public static func changed(_ summary: IndexSummary) -> StreamEvent {
        StreamEvent("index.changed", key: summary.name, ["index": .object(summary.members)])
    }

    /// The file could not be taken.
    ///
    /// - Parameters:
    ///   - code: in a word: `truncated`, `invalid field`.
    ///   - offset: bytes from the start of the file to the field in question.
    ///   - keeps: the earlier revision, which goes on answering.
    public static func failed(
        name: String, path: String, code: String, message: String, offset: Int?, field: String?, keeps: IndexSummary?
    ) -> StreamEvent {
        var error: JSONObject = ["code": .string(code), "message": .string(message)]
        error["offset"] = offset.map { .integer(Int64($0)) }
        error["field"] = field.map { .string($0) }
        var members: JSONObject = ["name": .string(name), "path": .string(path), "error": .object(error)]
        members["keepsRevision"] = keeps.map { .integer(Int64($0.revision)) }
        members["index"] = keeps.map { .object($0.members) }
        return StreamEvent("index.failed", key: name, members)
    }

    /// A large file is searched already and read to its end meanwhile. The last of these says `done` = `total`.
    ///
    /// - Parameter phase: in a word, such as `checking`.
    public static func progress(name: String, phase: String, done: Int, total: Int) -> StreamEvent {
        StreamEvent(
            "index.progress", key: progressKey(name),
            [
                "name": .string(name), "phase": .string(phase), "done": .integer(Int64(done)),
                "total": .integer(Int64(total)),
            ])
    }

    public static func progressKey(_ name: String) -> String { "progress/\(name)" }

    public static func removed(name: String) -> StreamEvent {
        StreamEvent("index.removed", key: name, ["name": .string(name)])
    }
}
