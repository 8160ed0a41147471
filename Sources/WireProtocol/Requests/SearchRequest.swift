internal import OrderedCollections

/// What to search for, and how; what `search.run` asks and `POST …/search` likewise.
public struct SearchRequest: Sendable, Hashable {
    public enum Query: Sendable, Hashable {
        case vector([Float])
        /// The stored vector of this label.
        case label(WireLabel)
    }

    /// What is recorded of a search, and whether it is streamed.
    public enum Trace: String, Sendable, CaseIterable {
        /// Every step; streamed if the daemon follows the search, as it does with a few in a second.
        case whenFollowed = "followed"
        /// Every step; always streamed.
        case full
        /// Expansions, cells and stops, distances as tallies; streamed if the daemon follows the search.
        case summary
        /// No step.
        case none
    }

    public var query: Query
    public var k: Int
    public var efSearch: Int?
    public var nprobe: Int?
    /// Annoy's `search_k`.
    public var searchK: Int?
    /// Faiss's `search_bounded_queue` of HNSW; nil is true.
    public var isQueueBounded: Bool?
    /// Faiss's `check_relative_distance` of HNSW; nil is true.
    public var checksRelativeDistance: Bool?
    public var filter: SearchFilter?
    public var trace = Trace.whenFollowed
    /// True: the answer waits for the exact neighbours. False: nobody looks for them. nil: they come later, if the daemon
    /// has time.
    public var exact: Bool?
    /// The search ends after so many milliseconds, waiting included, with what was found so far; nil is the daemon's limit.
    public var deadlineMilliseconds: Int?
    /// Who asks, for people: `checkout-service`.
    public var source: String?
    public var subject: SearchSubject?
    /// Makes the request one that can be sent again: the daemon runs it once and gives the same answer.
    public var key: String?

    public init(query: Query, k: Int, efSearch: Int? = nil, nprobe: Int? = nil) {
        self.query = query
        self.k = k
        self.efSearch = efSearch
        self.nprobe = nprobe
    }

    static let defaultK = 5

    init(_ params: ParameterReader, limits: WireLimits) throws(RPCError) {
        let vector = try params.vector("vector", maxComponents: limits.maxDimension)
        switch (vector, try params.label("label")) {
        case (let vector?, nil): self.init(query: .vector(vector), k: Self.defaultK)
        case (nil, let label?): self.init(query: .label(label), k: Self.defaultK)
        default: throw RPCError(.invalidParams, "say what to search for: either \"vector\" or \"label\"")
        }
        try readParameters(params, limits: limits)
    }

    /// Reads all but the query.
    mutating func readParameters(_ params: ParameterReader, limits: WireLimits) throws(RPCError) {
        k = try params.integer("k", 1...limits.maxK) ?? Self.defaultK
        efSearch = try params.integer("efSearch", 1...limits.maxEfSearch)
        nprobe = try params.integer("nprobe", 1...limits.maxNprobe)
        searchK = try params.integer("searchK", 1...limits.maxSearchK)
        isQueueBounded = try params.flag("bounded")
        checksRelativeDistance = try params.flag("relative")
        filter = try SearchFilter("filter", in: params, limits: limits)
        if let name = try params.text("trace") {
            guard let trace = Trace(rawValue: name) else {
                throw RPCError(
                    .invalidParams, "\"trace\" is \"\(name.prefix(100))\"; it can be followed, full, summary or none")
            }
            self.trace = trace
        }
        exact = try params.flag("exact")
        deadlineMilliseconds = try params.integer("deadlineMilliseconds", 1...limits.maxDeadlineMilliseconds)
        source = try params.text("source", maxBytes: 200)
        key = try params.text("key", maxBytes: limits.maxKeyBytes)
        subject = try params.object("subject").map { (subject) throws(RPCError) in
            SearchSubject(
                text: try subject.text("text"), image: try subject.text("image", maxBytes: limits.maxImageBytes))
        }
    }

    /// The parameters as JSON, as a client sends them; `index` is the sender's to add.
    public var json: JSONValue {
        var keys: JSONObject = [:]
        switch query {
        case .vector(let vector): keys["vector"] = .array(vector.map { .number(Double($0)) })
        case .label(let label): keys["label"] = label.json(asText: false)
        }
        keys["k"] = .integer(Int64(k))
        keys["efSearch"] = efSearch.map { .integer(Int64($0)) }
        keys["nprobe"] = nprobe.map { .integer(Int64($0)) }
        keys["searchK"] = searchK.map { .integer(Int64($0)) }
        keys["bounded"] = isQueueBounded.map { .bool($0) }
        keys["relative"] = checksRelativeDistance.map { .bool($0) }
        keys["filter"] = filter?.json
        keys["trace"] = .string(trace.rawValue)
        keys["exact"] = exact.map { .bool($0) }
        keys["deadlineMilliseconds"] = deadlineMilliseconds.map { .integer(Int64($0)) }
        keys["source"] = source.map { .string($0) }
        keys["subject"] = subject?.json
        keys["key"] = key.map { .string($0) }
        return .object(keys)
    }
}

/// What a query was made from, to be shown beside it.
public struct SearchSubject: Sendable, Hashable {
    /// A sentence.
    public var text: String?
    /// A picture: a `data:image/…` URL, or a `media/…` path of this daemon.
    public var image: String?

    public init(text: String? = nil, image: String? = nil) {
        self.text = text
        self.image = image
    }

    var json: JSONValue {
        var keys: JSONObject = [:]
        keys["text"] = text.map { .string($0) }
        keys["image"] = image.map { .string($0) }
        return .object(keys)
    }
}
