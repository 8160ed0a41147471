extension SearchRequest {
    /// The searches of a `search.runMany`: `vectors`, all with the same other parameters.
    ///
    /// - Throws: `RPCError` that names the first vector that is wrong.
    static func many(_ params: ParameterReader, limits: WireLimits) throws(RPCError) -> [SearchRequest] {
        throw RPCError(.unknownMethod, "search.runMany is not there yet")
    }
}
