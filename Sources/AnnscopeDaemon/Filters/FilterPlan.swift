internal import IndexFiles
internal import VectorSearch
internal import WireProtocol

/// A filter that was understood, and can be made whenever a worker has time for it.
struct FilterPlan: Sendable {
    /// With its condition in one spelling.
    let filter: SearchFilter
    let predicate: Predicate?

    /// - Parameters:
    ///   - filter: as it was asked for.
    ///   - columns: of the index's items.
    /// - Throws: `FilterError` when the condition can't be read.
    init(_ filter: SearchFilter, columns: [String], limits: WireLimits = WireLimits()) throws(FilterError) {
        var predicate: Predicate?
        if let condition = filter.condition {
            predicate = try PredicateParser.parse(condition, columns: columns, maxBytes: limits.maxFilterBytes)
        }
        self.predicate = predicate
        self.filter = SearchFilter(allow: filter.allow, deny: filter.deny, condition: predicate?.spelling)
    }
}

/// A filter made for one revision of an index.
struct MadeFilter: Sendable {
    let plan: FilterPlan
    let nodes: NodeFilter
    /// Labels in its lists that no node has.
    let unknownLabels: Int

    var message: AppliedSearchFilter {
        AppliedSearchFilter(filter: plan.filter, allowed: nodes.allowedCount, unknown: unknownLabels)
    }
}
