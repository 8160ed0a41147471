internal import OrderedCollections

extension Reply {
    /// The answer to `search.runMany`: what each search would have been answered, in their order.
    public init(many results: [Result<Reply, RPCError>]) {
        var text = Array(#"{"results":["#.utf8)
        for (place, result) in results.enumerated() {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            switch result {
            case .success(let reply): text.append(contentsOf: reply.encoded())
            case .failure(let error): text.append(contentsOf: JSONValue.object(["error": error.json]).encoded())
            }
        }
        text.append(contentsOf: "]}".utf8)
        self.init(encoded: text)
    }
}
