public import OrderedCollections

/// One result, nearest first.
public struct SearchResult: Sendable, Equatable {
    public let label: WireLabel
    public let node: UInt32
    /// The library's own value.
    public let distance: Float

    public init(label: WireLabel, node: UInt32, distance: Float) {
        self.label = label
        self.node = node
        self.distance = distance
    }

    func json(labelsAreText: Bool) -> JSONValue {
        [
            "label": label.json(asText: labelsAreText), "node": .integer(Int64(node)),
            "distance": .number(Double(distance)),
        ]
    }
}

/// How a search began.
public struct SearchStarted: Sendable, Equatable {
    /// The daemon's name for the search: `s17`.
    public var search: String
    public var index: String
    public var revision: Int
    /// Wall clock, milliseconds since 1970.
    public var at: Int
    public var source: String?
    /// The label whose stored vector is searched for.
    public var label: WireLabel?
    public var labelsAreText: Bool
    public var subject: SearchSubject?
    public var filter: AppliedSearchFilter?
    /// The steps come in this stream; without, they are to be had by `search.trace`.
    public var isFollowed: Bool
    /// How to replay the steps, as `search.trace` has it too.
    public var header: JSONObject

    public init(
        search: String, index: String, revision: Int, at: Int, source: String?, label: WireLabel?,
        labelsAreText: Bool, subject: SearchSubject?, filter: AppliedSearchFilter? = nil, isFollowed: Bool,
        header: JSONObject
    ) {
        self.search = search
        self.index = index
        self.revision = revision
        self.at = at
        self.source = source
        self.label = label
        self.labelsAreText = labelsAreText
        self.subject = subject
        self.filter = filter
        self.isFollowed = isFollowed
        self.header = header
    }

    public var members: JSONObject {
        var keys: JSONObject = [
            "search": .string(search), "index": .string(index), "revision": .integer(Int64(revision)),
            "at": .integer(Int64(at)), "followed": .bool(isFollowed),
        ]
        keys["source"] = source.map { .string($0) }
        keys["label"] = label.map { $0.json(asText: labelsAreText) }
        keys["subject"] = subject?.json
        keys["filter"] = filter?.json(labelsAreText: labelsAreText)
        keys["header"] = .object(header)
        return keys
    }
}

/// The events of the streams `searches/NAME`.
public enum SearchEvents {
    public static func started(_ started: SearchStarted) -> StreamEvent {
        StreamEvent("search.started", started.members)
    }

    /// - Parameter first: the number of the first of these steps in the trace.
    public static func steps(search: String, first: Int, _ steps: StepColumns) -> StreamEvent {
        StreamEvent(
            "search.steps", ["search": .string(search), "first": .integer(Int64(first))], columns: steps.named)
    }

    /// Where the query stands on the map, in map units (0 to 65535), and how vague that is.
    public static func place(search: String, x: Int, y: Int, spread: Int) -> StreamEvent {
        StreamEvent(
            "search.place",
            [
                "search": .string(search), "x": .integer(Int64(x)), "y": .integer(Int64(y)),
                "spread": .integer(Int64(spread)),
            ])
    }

    public static func finished(_ finished: SearchFinished) -> StreamEvent {
        StreamEvent("search.finished", finished.members)
    }

    /// How good a search was that has finished.
    public static func recall(_ started: SearchStarted, _ recall: SearchRecall) -> StreamEvent {
        var keys: JSONObject = [
            "search": .string(started.search), "index": .string(started.index),
            "revision": .integer(Int64(started.revision)),
        ]
        keys.merge(recall.members(labelsAreText: started.labelsAreText)) { first, _ in first }
        return StreamEvent("search.recall", keys)
    }

    public static func failed(search: String, _ error: RPCError) -> StreamEvent {
        StreamEvent(
            "search.failed",
            ["search": .string(search), "code": .integer(error.code.rawValue), "message": .string(error.message)])
    }
}
