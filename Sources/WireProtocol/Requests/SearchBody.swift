/// What `POST /api/v1/indexes/NAME/search` asks for: one search, or those of a batch.
public enum SearchBody: Sendable, Equatable {
    case one(SearchRequest)
    /// A body with `vectors` or `labels`.
    case many([SearchRequest])

    /// - Throws: `RPCError` that says what is wrong with the body.
    public init(parsing body: [UInt8], limits: WireLimits = WireLimits()) throws(RPCError) {
        let value: JSONValue
        let spliced: VectorSplice?
        do {
            (value, spliced) = try JSONValue.parsing(body, vectorsIn: nil, maxBytes: limits.maxMessageBytes)
        } catch {
            throw RPCError(.parseError, "the body is no JSON: \(error)")
        }
        guard case .object = value else { throw RPCError(.invalidRequest, "the body must be a JSON object") }
        let params = try ParameterReader(value, spliced)
        if SearchRequest.isMany(params) {
            self = .many(try SearchRequest.many(params, limits: limits))
        } else {
            self = .one(try SearchRequest(params, limits: limits))
        }
    }
}

extension JSONValue {
    /// Parses a text of which the vectors are read by themselves.
    ///
    /// - Parameter object: see `VectorSplice`.
    static func parsing(
        _ text: [UInt8], vectorsIn object: String?, maxBytes: Int
    ) throws(JSONError) -> (value: JSONValue, spliced: VectorSplice?) {
        if text.count <= maxBytes, let spliced = VectorSplice(text, in: object),
            let value = try? JSONValue(parsing: spliced.rest, maxBytes: maxBytes)
        {
            return (value, spliced)
        }
        // The whole text, so that an error's place is that in it.
        return (try JSONValue(parsing: text, maxBytes: maxBytes), nil)
    }
}
