extension SearchRequest {
    /// A request for several searches: what the one and the other ask for never stands in both.
    static func isMany(_ params: ParameterReader) -> Bool {
        params.keys.contains("vectors") || params.keys.contains("labels")
    }

    /// The searches of a `search.runMany`: `vectors` or `labels`, all with the same other parameters.
    ///
    /// - Throws: `RPCError` that names the first vector that is wrong.
    static func many(_ params: ParameterReader, limits: WireLimits) throws(RPCError) -> [SearchRequest] {
        for key in ["vector", "label"] where params.keys.contains(key) {
            throw RPCError(.invalidParams, "\"\(key)\" is for one search; many have \"\(key)s\"")
        }
        let vectors = try params.vectors("vectors", maxCount: limits.maxBatch, maxComponents: limits.maxDimension)
        let labels = try params.labels("labels", maxCount: limits.maxBatch)
        let queries: [Query]
        switch (vectors, labels) {
        case (let vectors?, nil): queries = vectors.map { .vector($0) }
        case (nil, let labels?): queries = labels.map { .label($0) }
        default: throw RPCError(.invalidParams, "say what to search for: either \"vectors\" or \"labels\"")
        }
        guard let first = queries.first else {
            throw RPCError(.invalidParams, "\"\(vectors == nil ? "labels" : "vectors")\" is empty")
        }
        var template = SearchRequest(query: first, k: defaultK)
        try template.readParameters(params, limits: limits)
        guard template.k * queries.count <= limits.maxBatchResults else {
            throw RPCError(
                .limit,
                "\(queries.count) searches with k \(template.k) have \(template.k * queries.count) results; \(limits.maxBatchResults) is the limit of one request"
            )
        }
        return queries.map { query in
            var search = template
            search.query = query
            return search
        }
    }
}
