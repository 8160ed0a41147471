/// A message of a client: a request with its id, or a notification without.
public struct RequestMessage: Sendable, Equatable {
    /// A text, an integer, or nil for a notification, which gets no answer.
    public let id: JSONValue?
    public let request: Result<Request, RPCError>

    /// - Throws: `RPCError` for what is no JSON-RPC 2.0 message at all. What is wrong with a method or its parameters
    ///   is in `request`, as the id is known then.
    public init(parsing text: [UInt8], limits: WireLimits = WireLimits()) throws(RPCError) {
        let message: JSONValue
        let spliced: VectorSplice?
        do {
            (message, spliced) = try JSONValue.parsing(text, vectorsIn: "params", maxBytes: limits.maxMessageBytes)
        } catch {
            throw RPCError(.parseError, "the message is no JSON: \(error)")
        }
        guard case .object = message else {
            throw RPCError(.invalidRequest, "a message must be one JSON object; batches are not taken")
        }
        switch message["id"] {
        case nil: id = nil
        case .string(let text)? where text.utf8.count <= 200: id = .string(text)
        case .integer(let number)?: id = .integer(number)
        default: throw RPCError(.invalidRequest, "\"id\" must be a whole number or a text of at most 200 bytes")
        }
        guard message["jsonrpc"] == .string("2.0"), case .string(let method)? = message["method"] else {
            throw RPCError(.invalidRequest, "\"jsonrpc\":\"2.0\" and a text \"method\" are needed")
        }
        do throws(RPCError) {
            request = .success(
                try Request(method: method, params: try ParameterReader(message["params"], spliced), limits))
        } catch {
            request = .failure(error)
        }
    }
}

extension Request {
    init(method: String, params: ParameterReader, _ limits: WireLimits) throws(RPCError) {
        switch method {
        case "initialize": self = .initialize(try ClientHello(params))
        case "index.list": self = .indexList
        case "index.describe": self = .indexDescribe(index: try params.requiredText("index"))
        case "index.queries": self = .indexQueries(index: try params.requiredText("index"))
        case "index.items":
            let labels = try params.labels("labels", maxCount: limits.maxItems)
            let nodes = try params.list("nodes", maxCount: limits.maxItems, of: "a node", Self.node)
            self = .indexItems(index: try params.requiredText("index"), labels: labels ?? [], nodes: nodes ?? [])
        case "index.node":
            self = .indexNode(index: try params.requiredText("index"), node: try params.requiredNode("node"))
        case "index.route":
            self = .indexRoute(index: try params.requiredText("index"), node: try params.requiredNode("node"))
        case "index.find":
            let text = try params.text("text", maxBytes: limits.maxFindBytes) ?? ""
            guard !text.isEmpty else {
                throw RPCError(.invalidParams, "\"text\" is missing or empty: it says what to find")
            }
            self = .indexFind(
                index: try params.requiredText("index"), text: text,
                limit: try params.integer("limit", 1...limits.maxItems) ?? min(50, limits.maxItems))
        case "index.vector":
            self = .indexVector(index: try params.requiredText("index"), try StoredItem(params))
        case "index.distances":
            guard let from = try params.object("from") else {
                throw RPCError(.invalidParams, "\"from\" is missing: it must be {\"node\":…} or {\"label\":…}")
            }
            guard let to = try params.list("to", maxCount: limits.maxItems, of: "a node", Self.node) else {
                throw RPCError(.invalidParams, "\"to\" is missing: it must be an array of nodes")
            }
            self = .indexDistances(
                index: try params.requiredText("index"), from: try StoredItem(from), to: to)
        case "index.cell":
            self = .indexCell(
                index: try params.requiredText("index"), cell: try params.requiredInteger("cell", 0...Int(Int32.max)),
                limit: try params.integer("limit", 0...limits.maxCellNodes) ?? limits.maxCellNodes)
        case "stream.subscribe":
            let after = try params.object("after").map { (after) throws(RPCError) in
                StreamPosition(
                    epoch: try after.requiredText("epoch"), offset: try after.requiredInteger("offset", -1...(1 << 53)))
            }
            self = .subscribe(stream: try params.requiredText("stream"), after: after)
        case "stream.unsubscribe": self = .unsubscribe(stream: try params.requiredText("stream"))
        case "stream.pause": self = .pause(stream: try params.requiredText("stream"))
        case "stream.resume": self = .resume(stream: try params.requiredText("stream"))
        case "search.runMany":
            self = .searchRunMany(
                index: try params.requiredText("index"), try SearchRequest.many(params, limits: limits))
        case "search.run":
            self = .searchRun(
                index: try params.requiredText("index"), try SearchRequest(params, limits: limits))
        case "search.cancel": self = .searchCancel(search: try params.requiredText("search"))
        case "search.trace": self = .searchTrace(search: try params.requiredText("search"))
        case "search.projection":
            self = .searchProjection(
                search: try params.requiredText("search"), stage: try params.integer("stage", 0...15))
        default: throw RPCError(.unknownMethod, "there is no method \"\(method.prefix(100))\"")
        }
    }

    private static func node(_ json: JSONValue) -> UInt32? {
        guard case .integer(let number) = json else { return nil }
        return UInt32(exactly: number)
    }
}

extension StoredItem {
    /// - Parameter params: with a `node` or a `label`.
    init(_ params: ParameterReader) throws(RPCError) {
        switch (try params.node("node"), try params.label("label")) {
        case (let node?, nil): self = .node(node)
        case (nil, let label?): self = .label(label)
        default: throw RPCError(.invalidParams, "either \"node\" or \"label\" is needed")
        }
    }
}

extension ClientHello {
    init(_ params: ParameterReader) throws(RPCError) {
        let client = try params.object("client")
        let name = try client?.text("name", maxBytes: 200) ?? "unknown"
        let version = try client?.text("version", maxBytes: 200) ?? ""
        let asked = try params.object("capabilities")?.text("columns")
        let versions = try params.list("versions", maxCount: 100, of: "a text") { version -> String? in
            if case .string(let text) = version { text } else { nil }
        }
        // A mode that we don't know is no error: plain arrays are always understood.
        self.init(
            client: version.isEmpty ? name : "\(name) \(version)", columns: asked.flatMap(ColumnMode.init) ?? .arrays,
            versions: versions, token: try params.text("token", maxBytes: 4096))
    }
}
