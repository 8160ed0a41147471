internal import OrderedCollections

/// Which vectors may be results of a search. All that is said must hold; what is nil allows everything.
public struct SearchFilter: Sendable, Hashable {
    /// Only vectors with one of these labels. An empty list allows none.
    public var allow: [WireLabel]?
    /// No vector with one of these labels.
    public var deny: [WireLabel]?
    /// `where`: a condition on the columns of the items, such as `category = "dog" and year >= 2000`.
    public var condition: String?

    public init(allow: [WireLabel]? = nil, deny: [WireLabel]? = nil, condition: String? = nil) {
        self.allow = allow
        self.deny = deny
        self.condition = condition
    }

    private static let members = ["allow", "deny", "where"]

    /// Labels of a list that viewers are shown.
    static let shownLabels = 100

    /// - Parameter params: a text, which is a condition, or an object. A member that nobody knows is an error, as a search
    ///   with a part of its filter would look like one with all of it.
    /// - Returns: nil when there is none.
    init?(_ key: String, in params: ParameterReader, limits: WireLimits) throws(RPCError) {
        if params.isText(key) {
            condition = try params.text(key, maxBytes: limits.maxFilterBytes)
            return
        }
        guard let filter = try params.object(key) else { return nil }
        if let odd = filter.keys.first(where: { !Self.members.contains($0) }) {
            throw RPCError(
                .invalidParams, "\"\(key)\" has a member \"\(odd.prefix(100))\"; it can have allow, deny and where")
        }
        allow = try filter.labels("allow", maxCount: limits.maxFilterLabels)
        deny = try filter.labels("deny", maxCount: limits.maxFilterLabels)
        condition = try filter.text("where", maxBytes: limits.maxFilterBytes)
        if allow == nil, deny == nil, condition == nil { return nil }
    }

    /// As a client sends it.
    var json: JSONValue {
        var keys: JSONObject = [:]
        keys["allow"] = allow.map { .array($0.map { $0.json(asText: false) }) }
        keys["deny"] = deny.map { .array($0.map { $0.json(asText: false) }) }
        keys["where"] = condition.map { .string($0) }
        return .object(keys)
    }
}

/// A filter as a search used it, for those who watch.
public struct AppliedSearchFilter: Sendable, Equatable {
    /// Its condition is in the daemon's own spelling.
    public var filter: SearchFilter
    /// Nodes of the index that may be results.
    public var allowed: Int
    /// Labels in its lists that no node has.
    public var unknown: Int

    public init(filter: SearchFilter, allowed: Int, unknown: Int) {
        self.filter = filter
        self.allowed = allowed
        self.unknown = unknown
    }

    /// Of long lists only the first labels, and how many there are.
    func json(labelsAreText: Bool) -> JSONValue {
        var keys: JSONObject = [:]
        for (name, labels) in [("allow", filter.allow), ("deny", filter.deny)] {
            guard let labels else { continue }
            keys[name] = .array(labels.prefix(SearchFilter.shownLabels).map { $0.json(asText: labelsAreText) })
            if labels.count > SearchFilter.shownLabels { keys[name + "Total"] = .integer(Int64(labels.count)) }
        }
        keys["where"] = filter.condition.map { .string($0) }
        keys["allowed"] = .integer(Int64(allowed))
        if unknown > 0 { keys["unknown"] = .integer(Int64(unknown)) }
        return .object(keys)
    }
}
